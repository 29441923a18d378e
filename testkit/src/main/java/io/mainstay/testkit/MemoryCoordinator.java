package io.mainstay.testkit;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Mailbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A coordinator in virtual time: one server's client of a {@link MemoryEnsemble}, with faults that
 * tests switch on. It keeps the contract of the real one, {@link CoordinatorContract}. One thread.
 */
public final class MemoryCoordinator implements Coordinator {
  private static final String CUT_OFF = "the coordinator cannot be reached";

  /** Without a word for that long, a client takes the connection for lost, as ZooKeeper's does. */
  private static final Duration PATIENCE = MemoryEnsemble.SESSION.multipliedBy(2).dividedBy(3);

  private final MemoryEnsemble ensemble;
  private final VirtualTime time;
  private final List<MemorySubscriber> subscribers = new ArrayList<>();
  private final List<MemoryCandidate> candidates = new ArrayList<>();
  private final List<MemoryRegistration> registrations = new ArrayList<>();
  private final List<Write> unanswered = new ArrayList<>();

  /** Requests that wait for the way there, and what waits to be heard. */
  private final List<Runnable> stuck = new ArrayList<>();

  private final List<Runnable> backlog = new ArrayList<>();
  private Supplier<Duration> delay = () -> Duration.ZERO;
  private MonotonicTime lastArrival = MonotonicTime.ZERO;

  /** What the client believes. */
  private boolean connected = true;

  /** Whether packets pass, each way. */
  private boolean sends = true;

  private boolean hears = true;
  private boolean frozen;
  private boolean closed;

  private boolean cutWhileFrozen;

  /** Grows when the connection breaks, and when it is taken up again. */
  private long connections;

  private long troubles;
  private long freezes;

  private State known;

  MemoryCoordinator(MemoryEnsemble ensemble, VirtualTime time) {
    this.ensemble = ensemble;
    this.time = time;
    this.known = ensemble.state();
    this.connected = ensemble.isAvailable();
  }

  /** How long a message takes one way, drawn for each; order is kept all the same. */
  public void delay(Supplier<Duration> newDelay) {
    this.delay = newDelay;
  }

  /** Cuts the connection. What is under way is lost; a leader is deposed. */
  public void cut() {
    sends = false;
    hears = false;
    cutOff(CUT_OFF);
  }

  /**
   * Packets are lost without a word: the client finds out when nothing has come for a while, the
   * ensemble when the time of the session is over. What is mended before that arrives late.
   *
   * @param toEnsemble whether those to the ensemble are lost
   * @param toClient whether those from it are
   */
  public void silence(boolean toEnsemble, boolean toClient) {
    if (closed || !connected || !sends || !hears || !(toEnsemble || toClient)) {
      return;
    }
    sends = !toEnsemble;
    hears = !toClient;
    long these = ++troubles;
    time.schedule(
        PATIENCE,
        () -> {
          if (troubles == these) {
            cutOff(CUT_OFF);
          }
        });
    if (toEnsemble) {
      expireUnless(() -> troubles != these && connected);
    }
  }

  /** The connection is lost, whatever the reason; the session has its time to be taken up again. */
  void cutOff(String reason) {
    if (!connected || closed) {
      return;
    }
    if (frozen) {
      cutWhileFrozen = true;
      return;
    }
    connected = false;
    connections++;
    troubles++;
    backlog.clear();
    stuck.clear();
    for (Write write : List.copyOf(unanswered)) {
      write.answer(new WriteResult.Failed("cut off on the way"));
    }
    List.copyOf(subscribers).forEach(subscriber -> subscriber.connection(false, reason));
    List.copyOf(candidates).forEach(candidate -> candidate.depose(reason));
    expireUnlessBack();
  }

  void expireUnlessBack() {
    long broken = connections;
    if (!connected) {
      expireUnless(() -> connected || connections != broken);
    }
  }

  /** Ends the session when its time is over; nobody can do so while the ensemble stands still. */
  private void expireUnless(BooleanSupplier isBack) {
    time.schedule(
        MemoryEnsemble.SESSION,
        () -> {
          if (!closed && !isBack.getAsBoolean() && ensemble.isAvailable()) {
            ensemble.expire(this);
          }
        });
  }

  /** Ends what {@link #cut} or {@link #silence} began. */
  public void mend() {
    sends = true;
    hears = true;
    comeBack();
  }

  /** Connects again if everything that this takes is there, or takes in what it missed. */
  void comeBack() {
    if (closed || frozen || !sends || !hears || !ensemble.isAvailable()) {
      return;
    }
    troubles++;
    if (!connected) {
      connected = true;
      connections++;
      List.copyOf(subscribers)
          .forEach(subscriber -> subscriber.connection(true, "connected again"));
    }
    List<Runnable> late = new ArrayList<>(stuck);
    stuck.clear();
    late.forEach(Runnable::run);
    late = new ArrayList<>(backlog);
    backlog.clear();
    late.forEach(Runnable::run);
    refresh();
    List.copyOf(registrations).forEach(MemoryRegistration::ensure);
    List.copyOf(candidates).forEach(MemoryCandidate::returned);
  }

  /**
   * The client stands still with its server. It learns of what happened meanwhile some time after
   * {@link #thaw}; until then it believes what it believed.
   */
  public void freeze() {
    if (!frozen && !closed) {
      frozen = true;
      long these = ++freezes;
      expireUnless(() -> !frozen || freezes != these);
    }
  }

  /**
   * Ends {@link #freeze}.
   *
   * @param notice how long it takes until the client has looked at what happened meanwhile
   */
  public void thaw(Duration notice) {
    if (!frozen) {
      return;
    }
    frozen = false;
    time.schedule(
        notice,
        () -> {
          if (closed || frozen) {
            return;
          }
          if (cutWhileFrozen) {
            cutWhileFrozen = false;
            cutOff(CUT_OFF);
          }
          comeBack();
        });
  }

  /** Ends the session while the connection is fine. */
  public void loseSession() {
    ensemble.expire(this);
    later(() -> List.copyOf(registrations).forEach(MemoryRegistration::ensure));
  }

  /** Whether it is not cut off. */
  public boolean isConnected() {
    return connected;
  }

  /** Whether what it sends arrives. */
  boolean reaches() {
    return connected && sends && !frozen && ensemble.isAvailable();
  }

  /** Whether what is sent to it arrives. */
  boolean isHearing() {
    return connected && hears && !frozen;
  }

  void left(MemoryCandidate candidate) {
    candidates.remove(candidate);
  }

  void left(MemoryRegistration registration) {
    registrations.remove(registration);
  }

  /** Takes the lead from a candidate of this client, which stands again behind the others. */
  public void loseLeadership(String reason) {
    List.copyOf(candidates).forEach(candidate -> candidate.lose(reason));
  }

  /** The end of the server: the session ends at once and nothing more is told. */
  public void close() {
    closed = true;
    connected = false;
    ensemble.disconnect(this);
  }

  /** The server is dead: nothing more is told, and the session goes on until its time is over. */
  public void abandon() {
    closed = true;
    connected = false;
    ensemble.abandon(this);
  }

  @Override
  public Subscription subscribe(Mailbox mailbox, Listener listener) {
    MemorySubscriber subscriber = new MemorySubscriber(mailbox, listener, subscribers::remove);
    subscribers.add(subscriber);
    later(() -> {
      subscriber.changed(known);
      if (!connected) {
        subscriber.connection(false, CUT_OFF);
      }
    });
    return subscriber;
  }

  @Override
  public Subscription campaign(
      Optional<NodeName> name, Mailbox mailbox, LeadershipListener listener) {
    MemoryCandidate candidate = new MemoryCandidate(this, ensemble, name, mailbox, listener);
    candidates.add(candidate);
    later(() -> toClient(candidate::returned));
    return candidate;
  }

  @Override
  public void writeDesired(
      Desired value, long expected, Mailbox mailbox, Consumer<WriteResult> done) {
    write(mailbox, done, () -> ensemble.desired(value, expected));
  }

  @Override
  public void writeOverrides(
      Overrides value, long expected, Mailbox mailbox, Consumer<WriteResult> done) {
    write(mailbox, done, () -> ensemble.overrides(value, expected));
  }

  @Override
  public void writeAssignments(
      Assignments value, Term term, Mailbox mailbox, Consumer<WriteResult> done) {
    write(mailbox, done, () -> ensemble.assignments(value, term));
  }

  @Override
  public void writeObserved(Observed value, Mailbox mailbox, Consumer<WriteResult> done) {
    write(mailbox, done, () -> ensemble.observed(value));
  }

  @Override
  public Subscription register(NodeRecord node) {
    MemoryRegistration registration = new MemoryRegistration(this, ensemble, node);
    registrations.add(registration);
    later(() -> toClient(registration::ensure));
    return registration;
  }

  @Override
  public void forgetNode(NodeName node, Term term, Mailbox mailbox, Consumer<WriteResult> done) {
    write(mailbox, done, () -> ensemble.forget(node, term));
  }

  void stateChanged() {
    later(() -> toClient(this::refresh));
  }

  void electionChanged() {
    later(() -> toClient(() -> List.copyOf(candidates).forEach(MemoryCandidate::look)));
  }

  private void refresh() {
    State newest = ensemble.state();
    if (connected && hears && !newest.equals(known)) {
      known = newest;
      List.copyOf(subscribers).forEach(subscriber -> subscriber.changed(newest));
      List.copyOf(registrations).forEach(MemoryRegistration::ensure);
    }
  }

  private void write(Mailbox mailbox, Consumer<WriteResult> done, Supplier<WriteResult> store) {
    if (!connected) {
      mailbox.post(() -> done.accept(new WriteResult.Failed(CUT_OFF)));
      return;
    }
    Write write = new Write(mailbox, done);
    unanswered.add(write);
    long before = connections;
    Runnable arrival =
        () -> {
          if (connections == before) {
            WriteResult result = store.get();
            later(() -> toClient(() -> write.answer(result)));
          }
        };
    later(() -> {
      if (sends && ensemble.isAvailable()) {
        arrival.run();
      } else {
        stuck.add(arrival);
      }
    });
  }

  /** A write on its way there and back. */
  private final class Write {
    private final Mailbox mailbox;
    private final Consumer<WriteResult> done;

    Write(Mailbox mailbox, Consumer<WriteResult> done) {
      this.mailbox = mailbox;
      this.done = done;
    }

    void answer(WriteResult result) {
      if (unanswered.remove(this)) {
        mailbox.post(() -> done.accept(result));
      }
    }
  }

  /** Waits while the client stands still, or hears nothing. */
  private void toClient(Runnable arrival) {
    if (frozen || !hears) {
      backlog.add(arrival);
    } else {
      arrival.run();
    }
  }

  /** One way, in the order of sending. */
  private void later(Runnable arrival) {
    MonotonicTime due = time.now().plus(delay.get());
    lastArrival = due.isBefore(lastArrival) ? lastArrival : due;
    time.schedule(
        lastArrival.since(time.now()),
        () -> {
          if (!closed) {
            arrival.run();
          }
        });
  }
}
