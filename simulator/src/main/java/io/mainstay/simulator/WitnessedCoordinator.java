package io.mainstay.simulator;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignments;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.ForwardingCoordinator;
import io.mainstay.ports.Mailbox;
import java.util.Optional;
import java.util.function.Consumer;

/** The coordinator as one server has it; the world hears who is told that he leads. */
final class WitnessedCoordinator extends ForwardingCoordinator {
  private final World world;
  private final NodeName node;

  WitnessedCoordinator(Coordinator real, World world, NodeName node) {
    super(real);
    this.world = world;
    this.node = node;
  }

  @Override
  public Subscription campaign(
      Optional<NodeName> candidate, Mailbox mailbox, LeadershipListener listener) {
    return super.campaign(
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
  public void writeAssignments(
      Assignments value, Term term, Mailbox mailbox, Consumer<WriteResult> done) {
    super.writeAssignments(
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
  public void forgetNode(NodeName gone, Term term, Mailbox mailbox, Consumer<WriteResult> done) {
    super.forgetNode(
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
