package io.mainstay.cluster;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.Observed;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.ForwardingCoordinator;
import io.mainstay.ports.Mailbox;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The coordinator, but what this node's agent says of itself is known here at once: it need not be
 * stored first. So a full disk or a lost quorum does not keep the status of this node from being
 * true. Any thread.
 */
public final class OwnNodeFirst extends ForwardingCoordinator {
  private final NodeName self;
  private final List<Audience> audiences = new CopyOnWriteArrayList<>();
  private volatile Optional<Observed> own = Optional.empty();

  /** For the server of {@code self}. */
  public OwnNodeFirst(Coordinator inner, NodeName self) {
    super(inner);
    this.self = self;
  }

  /** One listener, in its mailbox, with the last state that it was told. */
  private final class Audience implements Listener {
    private final Mailbox mailbox;
    private final Listener listener;
    private Optional<State> last = Optional.empty();
    private volatile boolean closed;

    Audience(Mailbox mailbox, Listener listener) {
      this.mailbox = mailbox;
      this.listener = listener;
    }

    @Override
    public void changed(State state) {
      last = Optional.of(state);
      listener.changed(amended(state));
    }

    @Override
    public void connection(boolean connected, String reason) {
      listener.connection(connected, reason);
    }

    void amend() {
      mailbox.post(() -> {
        if (!closed) {
          last.ifPresent(state -> listener.changed(amended(state)));
        }
      });
    }
  }

  private State amended(State state) {
    Optional<Observed> mine = own;
    if (mine.isEmpty()) {
      return state;
    }
    List<Observed> observed = new ArrayList<>(state.observed());
    observed.removeIf(one -> one.node().equals(self));
    observed.add(mine.get());
    observed.sort(Comparator.comparing(Observed::node));
    return new State(
        state.desired(),
        state.desiredVersion(),
        state.overrides(),
        state.overridesVersion(),
        state.assignments(),
        observed,
        state.nodes());
  }

  @Override
  public Subscription subscribe(Mailbox mailbox, Listener listener) {
    Audience audience = new Audience(mailbox, listener);
    audiences.add(audience);
    Subscription subscription = super.subscribe(mailbox, audience);
    return () -> {
      audience.closed = true;
      audiences.remove(audience);
      subscription.close();
    };
  }

  @Override
  public void writeObserved(Observed value, Mailbox mailbox, Consumer<WriteResult> done) {
    if (value.node().equals(self)) {
      own = Optional.of(value);
      audiences.forEach(Audience::amend);
    }
    super.writeObserved(value, mailbox, done);
  }
}
