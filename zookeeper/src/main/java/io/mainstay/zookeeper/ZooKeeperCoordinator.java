package io.mainstay.zookeeper;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.ModelCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shared state in ZooKeeper. Its own thread does all the waiting, one write after the other, so
 * writes of one caller are stored in their order. While the coordinator cannot be reached, writes
 * fail at once: who wrote tries again when the listener hears of the connection.
 */
public final class ZooKeeperCoordinator implements Coordinator, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperCoordinator.class);

  private static final Duration RETRY = Duration.ofMillis(200);
  private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(5);

  private final Paths paths;
  private final ModelCodec codec;
  private final StateReader reader;
  private final WriteQueue writes;
  private final Terms terms = new Terms();
  private final CoordinatorThread thread = new CoordinatorThread();
  private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();
  private final List<Candidate> candidates = new CopyOnWriteArrayList<>();
  private final Registrations registrations = new Registrations(thread, this::zookeeper);
  private final AtomicBoolean refreshDue = new AtomicBoolean();
  private volatile boolean reachable;
  private volatile boolean closed;

  // Only the coordinator's thread touches these.
  private @Nullable CuratorFramework client;
  private volatile @Nullable CuratorCache cache;
  private volatile boolean cacheReady;
  private boolean connected;
  private boolean everConnected;
  private volatile @Nullable State state;
  private Optional<NodeName> leader = Optional.empty();

  /**
   * Returns at once; connects when the address is known.
   *
   * @param address a connect string, such as {@link CoordinationPeer#address()}
   * @param cluster keeps several clusters on one ensemble apart
   * @param codec of the stored values
   */
  public ZooKeeperCoordinator(CompletionStage<String> address, String cluster, ModelCodec codec) {
    this(new Paths(cluster), codec, address.thenApply(Ensemble::local));
  }

  ZooKeeperCoordinator(Paths paths, ModelCodec codec, CompletionStage<Ensemble> ensemble) {
    PeerConfiguration.applyProcessWideSettings();
    this.paths = paths;
    this.codec = codec;
    this.writes = new WriteQueue(thread, codec, this::zookeeper);
    this.reader = new StateReader(paths, codec);
    CompletionStage<Void> connecting =
        ensemble.thenAccept(known -> thread.execute(() -> connect(known)));
    LOG.trace("connects when the address is known: {}", connecting);
  }

  @Override
  public Subscription subscribe(Mailbox mailbox, Listener listener) {
    Subscriber subscriber = new Subscriber(mailbox, listener, subscribers::remove);
    thread.execute(() -> {
      subscribers.add(subscriber);
      State now = state;
      if (now != null) {
        subscriber.changed(now);
      }
      if (everConnected && !connected) {
        subscriber.connection(false, "the coordinator cannot be reached");
      }
    });
    return subscriber;
  }

  @Override
  public Subscription campaign(
      Optional<NodeName> name, Mailbox mailbox, LeadershipListener listener) {
    Candidate candidate =
        new Candidate(
            name,
            mailbox,
            listener,
            gone -> {
              candidates.remove(gone);
              thread.execute(gone::resign);
            });
    thread.execute(() -> {
      candidates.add(candidate);
      candidate.leader(leader);
      stand(candidate);
    });
    return candidate;
  }

  @Override
  public void writeDesired(
      Desired value, long expected, Mailbox mailbox, Consumer<WriteResult> done) {
    writes.submit(
        value,
        mailbox,
        done,
        (zookeeper, bytes) -> Writer.versioned(zookeeper, paths.desired(), bytes, expected));
  }

  @Override
  public void writeOverrides(
      Overrides value, long expected, Mailbox mailbox, Consumer<WriteResult> done) {
    writes.submit(
        value,
        mailbox,
        done,
        (zookeeper, bytes) -> Writer.versioned(zookeeper, paths.overrides(), bytes, expected));
  }

  @Override
  public void writeAssignments(
      Assignments value, Term term, Mailbox mailbox, Consumer<WriteResult> done) {
    writes.submit(
        value,
        mailbox,
        done,
        (zookeeper, bytes) ->
            Writer.fenced(zookeeper, terms.path(term), paths.assignments(value.node()), bytes));
  }

  @Override
  public void writeObserved(Observed value, Mailbox mailbox, Consumer<WriteResult> done) {
    writes.submit(
        value,
        mailbox,
        done,
        (zookeeper, bytes) -> Writer.latest(zookeeper, paths.observed(value.node()), bytes));
  }

  @Override
  public Subscription register(NodeRecord record) {
    Registration registration =
        new Registration(
            record.name(),
            paths,
            codec.write(record),
            record.bootId().getBytes(StandardCharsets.UTF_8),
            gone -> thread.execute(() -> registrations.remove(gone)));
    thread.execute(() -> registrations.add(registration));
    return registration;
  }

  @Override
  public void forgetNode(NodeName node, Term term, Mailbox mailbox, Consumer<WriteResult> done) {
    writes.submit(
        mailbox,
        done,
        zookeeper -> {
          List<String> its =
              List.of(paths.node(node), paths.observed(node), paths.assignments(node));
          return Writer.fencedDelete(zookeeper, terms.path(term), its);
        });
  }

  Paths paths() {
    return paths;
  }

  /** Small things kept beside the state. Any thread. */
  public ClusterStore store() {
    return new ClusterStore(this, paths);
  }

  /** What the client keeps of one path; empty while it knows of nothing there. Any thread. */
  Optional<ChildData> known(String path) {
    CuratorCache now = cache;
    return now == null ? Optional.empty() : now.get(path);
  }

  /** What the client keeps below one path. Any thread. */
  List<ChildData> knownBelow(String path) {
    CuratorCache now = cache;
    return now == null
        ? List.of()
        : now.stream().filter(node -> node.getPath().startsWith(path + "/")).toList();
  }

  /** The newest state; empty while nothing is known. Any thread. */
  Optional<State> knownState() {
    return Optional.ofNullable(state);
  }

  /** Whether the state was read completely at least once. Any thread. */
  boolean knowsAll() {
    return cacheReady;
  }

  /** Does something with the client on its thread; fails while nothing can be reached. */
  <T> CompletableFuture<T> ask(Question<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    boolean accepted =
        thread.tryExecute(() -> {
          try {
            ZooKeeper now =
                zookeeper().orElseThrow(() -> new IOException("the coordinator cannot be reached"));
            answer.complete(question.ask(now));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer.completeExceptionally(e);
          } catch (IOException | KeeperException | RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    if (!accepted) {
      answer.completeExceptionally(new IOException("the coordinator was closed"));
    }
    return answer;
  }

  /** Something asked of ZooKeeper. */
  interface Question<T> {
    T ask(ZooKeeper client) throws KeeperException, InterruptedException, IOException;
  }

  /** Ends the session, so that others need not wait for its time-out; waits at most 5 s. */
  @Override
  public void close() {
    closed = true;
    thread.execute(() -> {
      candidates.forEach(Candidate::resign);
      CuratorCache now = cache;
      if (now != null) {
        now.close();
      }
      if (client != null) {
        client.close();
      }
    });
    thread.close(PATIENCE_AT_CLOSE);
  }

  /** Empty while the folders are not made or nothing can be reached. */
  private Optional<ZooKeeper> zookeeper() {
    CuratorFramework now = client;
    if (now == null || cache == null || !reachable) {
      return Optional.empty();
    }
    try {
      return Optional.of(now.getZookeeperClient().getZooKeeper());
    } catch (Exception e) {
      LOG.debug("cut off in this moment", e);
      return Optional.empty();
    }
  }

  private void connect(Ensemble ensemble) {
    if (closed) {
      return;
    }
    CuratorFramework made = ensemble.client();
    client = made;
    made.getConnectionStateListenable()
        .addListener((ignored, change) -> {
          // At once, so that writes that wait for the thread fail fast.
          reachable = change.isConnected();
          thread.execute(() -> connectionChanged(change));
        });
    made.start();
  }

  private void connectionChanged(ConnectionState change) {
    boolean before = connected;
    connected = change.isConnected();
    if (connected == before) {
      return;
    }
    if (connected && !everConnected) {
      everConnected = true;
      prepare();
    } else if (connected) {
      subscribers.forEach(subscriber -> subscriber.connection(true, "connected again"));
      registrations.ensureAll();
    } else {
      subscribers.forEach(
          subscriber -> subscriber.connection(false, "the coordinator cannot be reached"));
    }
  }

  /** Once, at the first connection: makes the folders, then watches them and stands for leader. */
  private void prepare() {
    CuratorFramework now = client;
    if (now == null || closed) {
      return;
    }
    try {
      ZooKeeper zookeeper = now.getZookeeperClient().getZooKeeper();
      for (String folder : paths.folders()) {
        makeFolder(zookeeper, folder);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } catch (Exception e) {
      LOG.debug("cannot prepare the state; trying again", e);
      thread.schedule(RETRY, this::prepare);
      return;
    }
    CuratorCache made = CuratorCache.build(now, paths.root());
    cache = made;
    made.listenable()
        .addListener(
            new CuratorCacheListener() {
              @Override
              public void event(Type type, @Nullable ChildData before, @Nullable ChildData after) {
                refreshSoon();
              }

              @Override
              public void initialized() {
                thread.execute(() -> {
                  cacheReady = true;
                  refresh();
                });
              }
            });
    made.start();
    registrations.ensureAll();
    candidates.forEach(this::stand);
  }

  private static void makeFolder(ZooKeeper zookeeper, String path)
      throws KeeperException, InterruptedException {
    try {
      zookeeper.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    } catch (KeeperException.NodeExistsException e) {
      // Made by an earlier run or by another server.
    }
  }

  private void stand(Candidate candidate) {
    if (cache != null && client != null) {
      candidate.stand(client, paths.election(), thread, terms);
    }
  }

  private void refreshSoon() {
    if (refreshDue.compareAndSet(false, true)) {
      thread.execute(this::refresh);
    }
  }

  private void refresh() {
    refreshDue.set(false);
    CuratorCache now = cache;
    if (!cacheReady || now == null) {
      return;
    }
    List<ChildData> nodes = now.stream().toList();
    State newest = reader.read(nodes);
    if (!newest.equals(state)) {
      state = newest;
      registrations.changed(newest.nodes());
      subscribers.forEach(subscriber -> subscriber.changed(newest));
    }
    leader = reader.leader(nodes);
    candidates.forEach(candidate -> candidate.leader(leader));
  }
}
