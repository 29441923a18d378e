package io.mainstay.zookeeper;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ZooKeeper server inside this process. One thread starts it, watches it, and builds it anew
 * when it died (a full disk kills it); meanwhile nothing else of Mainstay waits for it. All methods
 * from any thread.
 *
 * <p>State is never lost silently: a folder that cannot be read is kept under another name, what
 * can be saved of it is carried over, and both are reported.
 */
public final class CoordinationPeer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinationPeer.class);
  private static final Duration LOOK_EVERY_AT_FIRST = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration FIRST_RETRY = Duration.ofMillis(250);
  private static final Duration LAST_RETRY = Duration.ofSeconds(5);
  private static final Duration PURGE_EVERY = Duration.ofHours(1);
  private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(5);

  private final Path directory;
  private final PeerKind kind;
  private final StateFolder folder;
  private final Listener listener;
  private final CompletableFuture<String> address = new CompletableFuture<>();
  private final long begunAt = System.nanoTime();
  private final Thread thread;

  private final Object monitor = new Object();
  private boolean closed;
  private boolean woken;

  private volatile @Nullable PeerServer server;

  // Only the peer's thread touches these.
  private @Nullable FolderLock lock;
  private boolean begun;
  private boolean servedBefore;
  private boolean troubleTold;
  private boolean setAside;
  private Duration retry = FIRST_RETRY;
  private long purgedAt = begunAt;

  /**
   * Begins to start the server; returns at once.
   *
   * @param directory of its state and configuration; made if there is none
   * @param listener hears of its ups and downs, on the peer's thread
   */
  public CoordinationPeer(Path directory, Listener listener) {
    this(directory, new StandaloneKind(), listener);
  }

  CoordinationPeer(Path directory, PeerKind kind, Listener listener) {
    this.kind = kind;
    this.directory = directory.toAbsolutePath().normalize();
    this.folder = new StateFolder(this.directory);
    this.listener = listener;
    this.thread = Thread.ofPlatform().name("coordination-peer").daemon(true).unstarted(this::run);
    thread.start();
  }

  /** Where clients connect, once it serves for the first time; never fails. */
  public CompletionStage<String> address() {
    return address.minimalCompletionStage();
  }

  /** Ends the server in order; waits for it, at most 5 s. */
  @Override
  public void close() {
    synchronized (monitor) {
      closed = true;
      monitor.notifyAll();
    }
    try {
      thread.join(PATIENCE_AT_CLOSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Hears of the peer. Calls come one at a time; return soon. */
  public interface Listener {
    /** It serves for the first time in this process. */
    void started(String address, Duration took);

    /** It cannot be started, or died; it is tried again. Told once until it serves. */
    void lost(String reason);

    /** It serves again after {@link #lost}. */
    void restored(String reason);

    /**
     * The stored state could not be read.
     *
     * @param kept where the folder was moved to
     * @param reason why it could not be read
     * @param saved how much of it was carried over
     */
    void damaged(Path kept, String reason, String saved);
  }

  /** For tests: the server dies, as it does on a full disk. */
  void kill() {
    PeerServer running = server;
    if (running != null) {
      running.stop();
    }
    wake();
  }

  private void run() {
    try {
      PeerConfiguration.applyProcessWideSettings();
      while (!isClosed()) {
        try {
          serve();
        } catch (IOException | RuntimeException e) {
          LOG.debug("the coordination peer does not start", e);
          tellTrouble("the coordination peer does not start: " + e.getMessage());
        } finally {
          stopServer();
        }
        pause(retry);
        Duration longer = retry.multipliedBy(2);
        retry = longer.compareTo(LAST_RETRY) < 0 ? longer : LAST_RETRY;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      releaseLock();
    }
  }

  /** From the start of one server to its death. */
  private void serve() throws IOException, InterruptedException {
    if (lock == null) {
      lock = FolderLock.take(directory);
    }
    PeerServer running = boot();
    server = running;
    begun = true;
    purge();
    long servedAt = System.nanoTime();
    while (!isClosed() && running.isRunning()) {
      if (running.serves()) {
        servedAt = System.nanoTime();
        tellService(running);
      } else if (System.nanoTime() - servedAt > PATIENCE.toNanos()) {
        tellTrouble(
            "the coordination peer waits for the others: it cannot serve without a majority");
      }
      kind.tick();
      pause(servedBefore || troubleTold ? kind.tickEvery() : LOOK_EVERY_AT_FIRST);
      if (System.nanoTime() - purgedAt > PURGE_EVERY.toNanos()) {
        purge();
      }
    }
    if (!isClosed()) {
      tellTrouble("the coordination peer inside this server died; it is built anew");
    }
  }

  private void tellService(PeerServer running) {
    if (!servedBefore) {
      servedBefore = true;
      listener.started(running.address(), Duration.ofNanos(System.nanoTime() - begunAt));
      address.complete(running.address());
    }
    if (troubleTold) {
      troubleTold = false;
      listener.restored("the coordination peer serves again");
    }
    retry = FIRST_RETRY;
  }

  /** Sets a damaged folder aside at most once: what fails on a new folder is not its content. */
  private PeerServer boot() throws IOException, InterruptedException {
    folder.requireRoom();
    try {
      return kind.start(directory, this::wake, !begun);
    } catch (StandaloneServer.DamagedException e) {
      folder.requireReadable();
      if (setAside || !kind.mayBeginAnew()) {
        throw e;
      }
      setAside = true;
      StateFolder.Moved moved = folder.setAside();
      listener.damaged(moved.kept(), String.valueOf(e.getMessage()), moved.saved());
      return kind.start(directory, this::wake, !begun);
    }
  }

  private void purge() {
    purgedAt = System.nanoTime();
    try {
      folder.purge();
    } catch (IOException | RuntimeException e) {
      LOG.debug("old snapshots stay until the next try", e);
    }
  }

  private void tellTrouble(String reason) {
    if (!troubleTold) {
      troubleTold = true;
      listener.lost(reason);
    }
  }

  private void stopServer() {
    PeerServer running = server;
    server = null;
    if (running != null) {
      running.stop();
    }
  }

  private void releaseLock() {
    try {
      if (lock != null) {
        lock.close();
      }
    } catch (IOException e) {
      LOG.debug("the lock goes with the process", e);
    }
  }

  private void wake() {
    synchronized (monitor) {
      woken = true;
      monitor.notifyAll();
    }
  }

  private boolean isClosed() {
    synchronized (monitor) {
      return closed;
    }
  }

  private void pause(Duration atMost) throws InterruptedException {
    synchronized (monitor) {
      long end = System.nanoTime() + atMost.toNanos();
      for (long left = atMost.toMillis();
          left > 0 && !closed && !woken;
          left = (end - System.nanoTime()) / 1_000_000) {
        monitor.wait(left);
      }
      woken = false;
    }
  }
}
