package io.mainstay.zookeeper;

import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.ports.ClusterControl.Member;
import io.mainstay.ports.Coordinator.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Once a second: takes in who the members are, starts or ends the own server accordingly, says
 * whether it is in step, and lets the leading one see to the seats. A thread of its own.
 */
final class ClusterTurns implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterTurns.class);
  private static final long EVERY_MILLIS = 500;
  private static final long PATIENCE_AT_CLOSE_MILLIS = 6_000;

  private final NodeName node;
  private final ZooKeeperCoordinator coordinator;
  private final Endpoints endpoints;
  private final MembershipStore store;
  private final MembersMemory memory;
  private final LocalPeer peer;
  private final SeatKeeper seats;
  private final SeatCount count;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  ClusterTurns(
      ClusterCoordination.Options options,
      ZooKeeperCoordinator coordinator,
      Endpoints endpoints,
      MembershipStore store,
      LocalPeer peer,
      SeatCount count) {
    this.node = options.node();
    this.coordinator = coordinator;
    this.endpoints = endpoints;
    this.store = store;
    this.memory = options.members();
    this.peer = peer;
    this.seats = new SeatKeeper(store, options.tls(), count, options.replaceAfter());
    this.count = count;
    this.thread = Thread.ofPlatform().name("coordination-seats").daemon(true).start(this::run);
  }

  /** The own server first, the others from a place that differs from node to node. */
  static List<Address> inOrder(NodeName node, List<Member> servers) {
    List<Member> order = new ArrayList<>(servers);
    Collections.rotate(order, node.value().hashCode() % Math.max(1, order.size()));
    order.sort((a, b) -> Boolean.compare(b.node().equals(node), a.node().equals(node)));
    return order.stream().map(ClusterCoordination::clients).toList();
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join(PATIENCE_AT_CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closed.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
        try {
          turn();
        } catch (IOException e) {
          LOG.debug("trying again", e);
        } catch (RuntimeException bug) {
          LOG.error("a turn of the coordination failed", bug);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void turn() throws IOException, InterruptedException {
    if (!coordinator.knowsAll()) {
      return;
    }
    Optional<Membership> known = store.known();
    if (known.isEmpty()) {
      Optional<Member> self = peer.self();
      if (self.isPresent() && peer.server().map(QuorumServer::leads).orElse(false)) {
        store.begin(self.get());
      }
      return;
    }
    Membership membership = known.get();
    count.settle();
    follow(membership);
    endpoints.replace(inOrder(node, membership.members()));
    memory.saw(peer.self(), membership.members());
    Optional<Member> self = peer.self();
    if (self.isEmpty()) {
      return;
    }
    Optional<QuorumServer> server = peer.server();
    boolean serves = server.map(QuorumServer::serves).orElse(false);
    boolean said = store.ready().contains(self.get().id());
    if (serves) {
      store.sayReady(self.get().id());
    } else if (said) {
      store.sayNotReady(self.get().id());
    }
    if (server.isPresent() && server.get().leads()) {
      seats.look(
          self.get(),
          server.get(),
          membership,
          coordinator.knownState().map(State::nodes).orElse(List.of()));
    } else {
      seats.rest();
    }
  }

  /** Starts or ends the own server. What is known may be old: it asks before it does. */
  private void follow(Membership known) throws IOException {
    Optional<Member> self = peer.self();
    if (known.of(node).equals(self)) {
      return;
    }
    Optional<Membership> present = store.read();
    if (present.isEmpty()) {
      return;
    }
    Optional<Member> place = present.get().of(node);
    if (place.equals(self)) {
      return;
    }
    if (self.isPresent()) {
      peer.leave();
    }
    if (place.isPresent()) {
      peer.join(place.get(), store.voters());
    }
  }
}
