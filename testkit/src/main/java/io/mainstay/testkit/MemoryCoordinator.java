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
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator in virtual time: one server's client of a {@link MemoryEnsemble}, with faults that
 * tests switch on. It keeps the contract of the real one, {@link CoordinatorContract}. One thread.
 */
public final class MemoryCoordinator implements Coordinator {
  private static final String CUT_OFF = "the coordinator cannot be reached";

  private final MemoryEnsemble ensemble;
  private final VirtualTime time;
  private final List<Subscriber> subscribers = new ArrayList<>();
  private final List<Candidate> candidates = new ArrayList<>();
  private final List<Registration> registrations = new ArrayList<>();
  private Supplier<Duration> delay = () -> Duration.ZERO;
  private MonotonicTime lastArrival = MonotonicTime.ZERO;
  private boolean connected = true;
  private boolean closed;
  private long cuts;
  private State known;

  MemoryCoordinator(MemoryEnsemble ensemble, VirtualTime time) {
    this.ensemble = ensemble;
    this.time = time;
    this.known = ensemble.state();
  }

  /** How long a message takes one way, drawn for each; order is kept all the same. */
  public void delay(Supplier<Duration> newDelay) {
    this.delay = newDelay;
  }

  /** Cuts the connection. What is under way is lost; a leader is deposed. */
  public void cut() {
    if (!connected || closed) {
      return;
    }
    connected = false;
    long thisCut = ++cuts;
    List.copyOf(subscribers).forEach(subscriber -> subscriber.connection(false, CUT_OFF));
    List.copyOf(candidates).forEach(candidate -> candidate.depose(CUT_OFF));
    time.schedule(
        MemoryEnsemble.SESSION,
        () -> {
          if (!connected && cuts == thisCut) {
            ensemble.expire(this);
          }
        });
  }

  /** Ends a cut. */
  public void mend() {
    if (connected || closed) {
      return;
    }
    connected = true;
    List.copyOf(subscribers).forEach(subscriber -> subscriber.connection(true, "connected again"));
    refresh();
    List.copyOf(registrations).forEach(Registration::ensure);
    List.copyOf(candidates).forEach(Candidate::returned);
  }

  /** Whether it is not cut off. */
  public boolean isConnected() {
    return connected;
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

  @Override
  public Subscription subscribe(Mailbox mailbox, Listener listener) {
    Subscriber subscriber = new Subscriber(mailbox, listener);
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
  public Subscription campaign(NodeName name, Mailbox mailbox, LeadershipListener listener) {
    Candidate candidate = new Candidate(name, mailbox, listener);
    candidates.add(candidate);
    later(candidate::returned);
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
    Registration registration = new Registration(node);
    registrations.add(registration);
    later(registration::ensure);
    return registration;
  }

  @Override
  public void forgetNode(NodeName node, Term term, Mailbox mailbox, Consumer<WriteResult> done) {
    write(mailbox, done, () -> ensemble.forget(node, term));
  }

  void stateChanged() {
    later(this::refresh);
  }

  void electionChanged() {
    later(() -> List.copyOf(candidates).forEach(Candidate::look));
  }

  private void refresh() {
    State newest = ensemble.state();
    if (connected && !newest.equals(known)) {
      known = newest;
      List.copyOf(subscribers).forEach(subscriber -> subscriber.changed(newest));
      List.copyOf(registrations).forEach(Registration::ensure);
    }
  }

  private void write(Mailbox mailbox, Consumer<WriteResult> done, Supplier<WriteResult> store) {
    long cutsBefore = cuts;
    if (!connected) {
      mailbox.post(() -> done.accept(new WriteResult.Failed(CUT_OFF)));
      return;
    }
    later(() -> {
      if (cuts != cutsBefore) {
        mailbox.post(() -> done.accept(new WriteResult.Failed("cut off on the way there")));
        return;
      }
      WriteResult result = store.get();
      later(() -> {
        WriteResult heard =
            cuts == cutsBefore ? result : new WriteResult.Failed("cut off on the way back");
        mailbox.post(() -> done.accept(heard));
      });
    });
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

  private final class Subscriber implements Subscription {
    private final Mailbox mailbox;
    private final Listener listener;
    private @Nullable State waiting;
    private boolean isClosed;

    Subscriber(Mailbox mailbox, Listener listener) {
      this.mailbox = mailbox;
      this.listener = listener;
    }

    void changed(State state) {
      boolean posted = waiting != null;
      waiting = state;
      if (!posted) {
        mailbox.post(() -> {
          State newest = waiting;
          waiting = null;
          if (newest != null && !isClosed) {
            listener.changed(newest);
          }
        });
      }
    }

    void connection(boolean now, String reason) {
      mailbox.post(() -> {
        if (!isClosed) {
          listener.connection(now, reason);
        }
      });
    }

    @Override
    public void close() {
      isClosed = true;
      subscribers.remove(this);
    }
  }

  private final class Registration implements Subscription, MemoryEnsemble.Holder {
    private final NodeRecord node;
    private boolean claims = true;
    private boolean isClosed;

    Registration(NodeRecord node) {
      this.node = node;
    }

    void ensure() {
      if (!isClosed && connected) {
        ensemble.register(node, this, claims);
        claims = false;
      }
    }

    @Override
    public MemoryCoordinator client() {
      return MemoryCoordinator.this;
    }

    @Override
    public void close() {
      isClosed = true;
      registrations.remove(this);
      ensemble.endSession(node.name(), this);
    }
  }

  private final class Candidate implements Subscription {
    private final NodeName name;
    private final Mailbox mailbox;
    private final LeadershipListener listener;
    private MemoryEnsemble.@Nullable Ticket ticket;
    private boolean leads;
    private boolean isClosed;
    private Optional<NodeName> toldLeader = Optional.empty();

    Candidate(NodeName name, Mailbox mailbox, LeadershipListener listener) {
      this.name = name;
      this.mailbox = mailbox;
      this.listener = listener;
    }

    /** Stands (again), if it has lost its place. */
    void returned() {
      if (isClosed || !connected) {
        return;
      }
      if (ticket == null || !ensemble.isEnrolled(ticket)) {
        ticket = ensemble.enroll(MemoryCoordinator.this, name);
      }
      look();
    }

    /** Looks at the election. */
    void look() {
      MemoryEnsemble.Ticket mine = ticket;
      if (isClosed || !connected || mine == null) {
        return;
      }
      if (!ensemble.isEnrolled(mine)) {
        depose("the session ended");
        returned();
        return;
      }
      if (!leads && ensemble.leads(mine)) {
        leads = true;
        post(() -> listener.elected(mine.term()));
      }
      Optional<NodeName> leader = ensemble.leader();
      if (!leader.equals(toldLeader)) {
        toldLeader = leader;
        post(() -> listener.leader(leader));
      }
    }

    void depose(String reason) {
      if (leads) {
        leads = false;
        post(() -> listener.deposed(reason));
      }
    }

    void lose(String reason) {
      if (leads && ticket != null) {
        depose(reason);
        ensemble.resign(ticket);
        returned();
      }
    }

    @Override
    public void close() {
      isClosed = true;
      candidates.remove(this);
      if (ticket != null) {
        ensemble.resign(ticket);
      }
    }

    private void post(Runnable task) {
      mailbox.post(() -> {
        if (!isClosed) {
          task.run();
        }
      });
    }
  }
}
