package io.mainstay.simulator;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignments;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.ForwardingCoordinator;
import io.mainstay.ports.Mailbox;

/** Has an agent follow what the first machine is assigned, too. */
final class AssignmentsOfAnother extends ForwardingCoordinator {
  private final NodeName node;

  AssignmentsOfAnother(Coordinator real, NodeName node) {
    super(real);
    this.node = node;
  }

  @Override
  public Subscription subscribe(Mailbox mailbox, Listener listener) {
    return super.subscribe(
        mailbox,
        new Listener() {
          @Override
          public void changed(State state) {
            listener.changed(
                new State(
                    state.desired(),
                    state.desiredVersion(),
                    state.overrides(),
                    state.overridesVersion(),
                    state.assignments().stream()
                        .limit(1)
                        .map(one ->
                            new Assignments(node, one.version(), one.services(), one.instances()))
                        .toList(),
                    state.observed(),
                    state.nodes()));
          }

          @Override
          public void connection(boolean connected, String reason) {
            listener.connection(connected, reason);
          }
        });
  }
}
