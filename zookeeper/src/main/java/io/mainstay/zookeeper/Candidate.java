package io.mainstay.zookeeper;

import io.mainstay.model.NodeName;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Coordinator.LeadershipListener;
import io.mainstay.ports.Coordinator.Term;
import io.mainstay.ports.Mailbox;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One candidate, or one who only hears who leads. Its term is the position at which its election
 * node was made: 64 bits that only grow over the life of the ensemble. After a short disconnect the
 * same node, and so the same term, may lead again: nobody led in between. All methods on the
 * coordinator's thread but {@link #close}.
 */
final class Candidate implements Coordinator.Subscription {
  private static final Logger LOG = LoggerFactory.getLogger(Candidate.class);

  private final Optional<NodeName> name;
  private final Mailbox mailbox;
  private final LeadershipListener listener;
  private final Consumer<Candidate> closed;
  private volatile boolean isClosed;
  private @Nullable LeaderLatch latch;
  private @Nullable Term term;
  private Optional<NodeName> toldLeader = Optional.empty();

  Candidate(
      Optional<NodeName> name,
      Mailbox mailbox,
      LeadershipListener listener,
      Consumer<Candidate> closed) {
    this.name = name;
    this.mailbox = mailbox;
    this.listener = listener;
    this.closed = closed;
  }

  /** Stands for election, if it has a name; no effect if it does already or was closed. */
  void stand(CuratorFramework client, String path, Executor thread, Terms terms) {
    if (latch != null || isClosed || name.isEmpty()) {
      return;
    }
    LeaderLatch made = new LeaderLatch(client, path, name.get().value());
    latch = made;
    made.addListener(
        new LeaderLatchListener() {
          @Override
          public void isLeader() {
            won(client, made, terms);
          }

          @Override
          public void notLeader() {
            lost("the coordinator cannot be reached, or ended the session");
          }
        },
        thread);
    try {
      made.start();
    } catch (Exception e) {
      LOG.error("cannot stand for leader", e);
    }
  }

  /** Tells who leads, if that is news. */
  void leader(Optional<NodeName> leader) {
    if (!leader.equals(toldLeader)) {
      toldLeader = leader;
      post(() -> listener.leader(leader));
    }
  }

  /** On the coordinator's thread, after {@link #close}. */
  void resign() {
    if (latch != null) {
      try {
        latch.close(LeaderLatch.CloseMode.SILENT);
      } catch (IOException | IllegalStateException e) {
        LOG.debug("the election node goes with the session", e);
      }
    }
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      closed.accept(this);
    }
  }

  private void won(CuratorFramework client, LeaderLatch won, Terms terms) {
    String path = won.getOurPath();
    if (path == null || !won.hasLeadership() || isClosed) {
      return;
    }
    try {
      Stat node = client.getZookeeperClient().getZooKeeper().exists(path, false);
      if (node != null) {
        Term fresh = new Term(node.getCzxid());
        term = fresh;
        terms.add(fresh, path);
        post(() -> listener.elected(fresh));
      }
    } catch (Exception e) {
      // The connection went in this moment: the latch tells again after the reconnection.
      LOG.debug("elected and cut off at once", e);
    }
  }

  private void lost(String reason) {
    if (term != null) {
      term = null;
      post(() -> listener.deposed(reason));
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
