package io.mainstay.simulator;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignments;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.ForwardingCoordinator;
import io.mainstay.ports.Mailbox;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Some time after the coordinator is gone, an agent is told that nothing is assigned to it. */
final class NothingAssigned extends ForwardingCoordinator {
  private final NodeName node;

  NothingAssigned(Coordinator real, NodeName node) {
    super(real);
    this.node = node;
  }

  @Override
  public Subscription subscribe(Mailbox mailbox, Listener listener) {
    return super.subscribe(
        mailbox,
        new Listener() {
          private Optional<State> last = Optional.empty();

          @Override
          public void changed(State state) {
            last = Optional.of(state);
            listener.changed(state);
          }

          @Override
          public void connection(boolean connected, String reason) {
            listener.connection(connected, reason);
            if (!connected) {
              mailbox.after(
                  Duration.ofSeconds(22),
                  () -> last.ifPresent(state -> listener.changed(empty(state))));
            }
          }
        });
  }

  private State empty(State state) {
    return new State(
        state.desired(),
        state.desiredVersion(),
        state.overrides(),
        state.overridesVersion(),
        List.of(new Assignments(node, 1_000_000, List.of(), List.of())),
        state.observed(),
        state.nodes());
  }
}
