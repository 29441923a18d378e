package io.mainstay.simulator;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Mailbox;
import java.util.Optional;
import java.util.function.Consumer;

/** The coordinator as one server has it; the world hears who is told that he leads. */
final class WitnessedCoordinator implements Coordinator {
  private final Coordinator real;
  private final World world;
  private final NodeName node;

  WitnessedCoordinator(Coordinator real, World world, NodeName node) {
    this.real = real;
    this.world = world;
    this.node = node;
  }

  @Override
  public Subscription subscribe(Mailbox mailbox, Listener listener) {
    return real.subscribe(mailbox, listener);
  }

  @Override
  public Subscription campaign(NodeName candidate, Mailbox mailbox, LeadershipListener listener) {
    return real.campaign(
        candidate,
        mailbox,
        new LeadershipListener() {
          @Override
          public void elected(Term term) {
            world.elections().elected(node, term);
            listener.elected(term);
          }

          @Override
          public void deposed(String reason) {
            listener.deposed(reason);
          }

          @Override
          public void leader(Optional<NodeName> leader) {
            listener.leader(leader);
          }
        });
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
    real.writeAssignments(
        value,
        term,
        mailbox,
        result -> {
          if (result instanceof WriteResult.Deposed) {
            world.sometimes().saw(Sometimes.State.STALE_LEADER_REFUSED);
          }
          done.accept(result);
        });
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
  public void forgetNode(NodeName gone, Term term, Mailbox mailbox, Consumer<WriteResult> done) {
    real.forgetNode(
        gone,
        term,
        mailbox,
        result -> {
          if (result instanceof WriteResult.Written) {
            world.elections().forgotten(gone);
          }
          done.accept(result);
        });
  }
}
