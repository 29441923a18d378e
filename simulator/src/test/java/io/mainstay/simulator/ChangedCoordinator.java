package io.mainstay.simulator;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Mailbox;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Passes everything on, but for the assignments, which a planted bug spoils on their way. */
class ChangedCoordinator implements Coordinator {
  private final Coordinator real;
  private final UnaryOperator<List<Assignment>> change;

  ChangedCoordinator(Coordinator real, UnaryOperator<List<Assignment>> change) {
    this.real = real;
    this.change = change;
  }

  @Override
  public Subscription subscribe(Mailbox mailbox, Listener listener) {
    return real.subscribe(mailbox, listener);
  }

  @Override
  public Subscription campaign(NodeName candidate, Mailbox mailbox, LeadershipListener listener) {
    return real.campaign(candidate, mailbox, listener);
  }

  @Override
  public void writeDesired(
      Desired value, long expected, Mailbox mailbox, Consumer<WriteResult> done) {
    real.writeDesired(value, expected, mailbox, done);
  }

  @Override
  public void writeOverrides(
      Overrides value, long expected, Mailbox mailbox, Consumer<WriteResult> done) {
    real.writeOverrides(value, expected, mailbox, done);
  }

  @Override
  public void writeAssignments(
      Assignments value, Term term, Mailbox mailbox, Consumer<WriteResult> done) {
    Assignments changed =
        new Assignments(
            value.node(), value.version(), value.services(), change.apply(value.instances()));
    real.writeAssignments(changed, term, mailbox, done);
  }

  @Override
  public void writeObserved(Observed value, Mailbox mailbox, Consumer<WriteResult> done) {
    real.writeObserved(value, mailbox, done);
  }

  @Override
  public Subscription register(NodeRecord record) {
    return real.register(record);
  }

  @Override
  public void forgetNode(NodeName node, Term term, Mailbox mailbox, Consumer<WriteResult> done) {
    real.forgetNode(node, term, mailbox, done);
  }
}
