package io.mainstay.simulator;

import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.ForwardingCoordinator;
import io.mainstay.ports.Mailbox;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Passes everything on, but for the assignments, which a planted bug spoils on their way. */
final class ChangedCoordinator extends ForwardingCoordinator {
  private final UnaryOperator<List<Assignment>> change;

  ChangedCoordinator(Coordinator real, UnaryOperator<List<Assignment>> change) {
    super(real);
    this.change = change;
  }

  @Override
  public void writeAssignments(
      Assignments value, Term term, Mailbox mailbox, Consumer<WriteResult> done) {
    Assignments changed =
        new Assignments(
            value.node(), value.version(), value.services(), change.apply(value.instances()));
    super.writeAssignments(changed, term, mailbox, done);
  }
}
