package io.mainstay.zookeeper;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.NodePresence;
import io.mainstay.ports.ClusterControl.Member;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.apache.zookeeper.server.quorum.flexible.QuorumVerifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the coordination is carried by as many servers as it should: on the server that
 * leads the others only. One thread.
 */
final class SeatKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(SeatKeeper.class);
  private static final Duration CONNECT = Duration.ofSeconds(4);
  private static final Duration SESSION = Duration.ofSeconds(8);

  /** A server whose node was removed need not be waited for as long as one that may come back. */
  private static final Duration REMOVED_AFTER = Duration.ofSeconds(5);

  private final MembershipStore store;
  private final PeerTls tls;
  private final SeatCount seats;
  private final Duration replaceAfter;
  private final Map<Integer, Long> awaySince = new HashMap<>();

  /**
   * Keeps that many seats taken.
   *
   * @param replaceAfter how long a server may be away before another one takes its seat
   */
  SeatKeeper(MembershipStore store, PeerTls tls, SeatCount seats, Duration replaceAfter) {
    this.store = store;
    this.tls = tls;
    this.seats = seats;
    this.replaceAfter = replaceAfter;
  }

  /** Forgets since when servers are away: another server leads, and counts anew. */
  void rest() {
    awaySince.clear();
  }

  /** Makes one step, if one is due. */
  void look(Member self, QuorumServer server, Membership membership, List<NodePresence> nodes)
      throws IOException, InterruptedException {
    QuorumVerifier members = server.members();
    SortedSet<Integer> voters = QuorumKind.voters(members);
    SortedSet<Integer> ready = store.ready();
    List<NodeName> candidates = SeatRule.candidates(nodes, membership);
    Optional<SeatRule.Step> step =
        SeatRule.decide(
            new SeatRule.Facts(
                membership,
                voters,
                ready,
                gone(membership, voters, ready, nodes),
                candidates,
                seats.now()));
    if (step.isPresent()) {
      LOG.info("who carries the coordination: {}", step.get());
      make(step.get(), self, members, nodes);
    }
  }

  private void make(
      SeatRule.Step step, Member self, QuorumVerifier members, List<NodePresence> nodes)
      throws IOException, InterruptedException {
    switch (step) {
      case SeatRule.Step.Reconfigure change -> {
        reconfigure(self, change, members);
        store.remove(change.leaving());
      }
      case SeatRule.Step.Drop drop -> store.remove(List.of(drop.id()));
      case SeatRule.Step.Invite invite -> {
        Optional<NodePresence> node =
            nodes.stream().filter(one -> one.record().name().equals(invite.node())).findFirst();
        if (node.isPresent()) {
          // One more than there are seats, if one of them is taken by a server that is gone.
          store.place(
              invite.node(), node.get().record().host(), Optional.empty(), Integer.MAX_VALUE);
        }
      }
    }
  }

  private SortedSet<Integer> gone(
      Membership membership,
      SortedSet<Integer> voters,
      SortedSet<Integer> ready,
      List<NodePresence> nodes) {
    SortedSet<Integer> ids = new TreeSet<>(voters);
    membership.members().forEach(member -> ids.add(member.id()));
    awaySince.keySet().retainAll(ids);
    SortedSet<Integer> gone = new TreeSet<>();
    long now = System.nanoTime();
    for (int id : ids) {
      if (ready.contains(id)) {
        awaySince.remove(id);
        continue;
      }
      long away = now - awaySince.computeIfAbsent(id, _ -> now);
      boolean removed =
          membership
              .of(id)
              .map(member ->
                  !nodes.isEmpty()
                      && nodes.stream()
                          .noneMatch(node -> node.record().name().equals(member.node())))
              .orElse(true);
      if (away >= replaceAfter.toNanos() || (removed && away >= REMOVED_AFTER.toNanos())) {
        gone.add(id);
      }
    }
    return gone;
  }

  /** By the own server, which takes this node for its administrator. */
  private void reconfigure(Member self, SeatRule.Step.Reconfigure change, QuorumVerifier members)
      throws IOException, InterruptedException {
    // The whole list: single lines may not leave out the port for clients without TLS.
    List<String> lines = new ArrayList<>();
    members
        .getAllMembers()
        .forEach((id, server) -> {
          if (!change.leaving().contains(Math.toIntExact(id))) {
            lines.add("server." + id + "=" + server);
          }
        });
    change.joining().forEach(member -> lines.add(QuorumConfiguration.line(member)));
    CountDownLatch connected = new CountDownLatch(1);
    ZooKeeperAdmin admin =
        new ZooKeeperAdmin(
            QuorumConfiguration.hostPort(self.host(), self.clientPort()),
            (int) SESSION.toMillis(),
            event -> {
              if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
              }
            },
            TlsSettings.client(tls));
    try {
      if (!connected.await(CONNECT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("the own server does not answer");
      }
      admin.reconfigure(null, null, String.join(",", lines), members.getVersion(), new Stat());
    } catch (KeeperException e) {
      throw new IOException("cannot change who votes: " + e.getMessage(), e);
    } finally {
      admin.close();
    }
  }
}
