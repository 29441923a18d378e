package io.mainstay.testkit;

import io.mainstay.model.NodeName;
import io.mainstay.ports.Coordinator.LeadershipListener;
import io.mainstay.ports.Coordinator.Subscription;
import io.mainstay.ports.Mailbox;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One candidate of a {@link MemoryCoordinator}, or one who stands not, and what it believes of the
 * election.
 */
final class MemoryCandidate implements Subscription {
  private final MemoryCoordinator client;
  private final MemoryEnsemble ensemble;
  private final Optional<NodeName> name;
  private final Mailbox mailbox;
  private final LeadershipListener listener;
  private MemoryEnsemble.@Nullable Ticket ticket;
  private boolean leads;
  private boolean isClosed;
  private Optional<NodeName> toldLeader = Optional.empty();

  MemoryCandidate(
      MemoryCoordinator client,
      MemoryEnsemble ensemble,
      Optional<NodeName> name,
      Mailbox mailbox,
      LeadershipListener listener) {
    this.client = client;
    this.ensemble = ensemble;
    this.name = name;
    this.mailbox = mailbox;
    this.listener = listener;
  }

  /** Stands (again), if it has lost its place. */
  void returned() {
    if (isClosed || !client.reaches()) {
      return;
    }
    if (ticket != null && !ensemble.isEnrolled(ticket)) {
      depose("the session ended");
    }
    if (name.isPresent() && (ticket == null || !ensemble.isEnrolled(ticket))) {
      ticket = ensemble.enroll(client, name.get());
    }
    look();
  }

  /** Looks at the election. */
  void look() {
    MemoryEnsemble.Ticket mine = ticket;
    if (isClosed || !client.isHearing() || (mine == null && name.isPresent())) {
      return;
    }
    if (mine != null && !ensemble.isEnrolled(mine)) {
      depose("the session ended");
      returned();
      return;
    }
    if (mine != null && !leads && ensemble.leads(mine)) {
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
    client.left(this);
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
