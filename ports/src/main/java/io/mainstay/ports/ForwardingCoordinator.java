package io.mainstay.ports;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.Overrides;
import java.util.Optional;
import java.util.function.Consumer;

/** Hands everything on to another coordinator: for those that change only some of it. */
public abstract class ForwardingCoordinator implements Coordinator {
  private final Coordinator inner;

  /** In front of {@code inner}. */
  protected ForwardingCoordinator(Coordinator inner) {
    this.inner = inner;
  }

  @Override
  public Subscription subscribe(Mailbox mailbox, Listener listener) {
    return inner.subscribe(mailbox, listener);
  }

  @Override
  public Subscription campaign(
      Optional<NodeName> candidate, Mailbox mailbox, LeadershipListener listener) {
    return inner.campaign(candidate, mailbox, listener);
  }

  @Override
  public void writeDesired(
      Desired value, long expected, Mailbox mailbox, Consumer<WriteResult> done) {
    inner.writeDesired(value, expected, mailbox, done);
  }

  @Override
  public void writeOverrides(
      Overrides value, long expected, Mailbox mailbox, Consumer<WriteResult> done) {
    inner.writeOverrides(value, expected, mailbox, done);
  }

  @Override
  public void writeAssignments(
      Assignments value, Term term, Mailbox mailbox, Consumer<WriteResult> done) {
    inner.writeAssignments(value, term, mailbox, done);
  }

  @Override
  public void writeObserved(Observed value, Mailbox mailbox, Consumer<WriteResult> done) {
    inner.writeObserved(value, mailbox, done);
  }

  @Override
  public Subscription register(NodeRecord record) {
    return inner.register(record);
  }

  @Override
  public void forgetNode(NodeName node, Term term, Mailbox mailbox, Consumer<WriteResult> done) {
    inner.forgetNode(node, term, mailbox, done);
  }
}
