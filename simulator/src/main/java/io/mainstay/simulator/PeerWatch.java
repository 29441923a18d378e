package io.mainstay.simulator;

import io.mainstay.decisions.outliers.NodeDoubt;
import io.mainstay.model.NodeName;
import io.mainstay.testkit.SeededRandomness;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which other nodes are silent, as one gateway sees it: {@link NodeDoubt} over what it counts. */
final class PeerWatch {
  private final NodeName self;
  private final Reach reach;
  private final SeededRandomness random;
  private final NodeMailbox box;
  private final Changes changes;
  private final TreeMap<NodeName, Peer> peers = new TreeMap<>();

  /** Is told what changed. */
  interface Changes {
    void silent(NodeName node, boolean now);
  }

  /** Another node. */
  private static final class Peer {
    final NodeDoubt doubt = new NodeDoubt();
    boolean silent;
    int inFlight;
    long quietSince;
    long heard;
    boolean wasHeard;
  }

  PeerWatch(NodeName self, Reach reach, SeededRandomness random, NodeMailbox box, Changes changes) {
    this.self = self;
    this.reach = reach;
    this.random = random;
    this.box = box;
    this.changes = changes;
  }

  boolean isSilent(NodeName node) {
    Peer peer = peers.get(node);
    return peer != null && peer.silent;
  }

  /** Looks at all nodes on which there are runs. */
  void look(List<SimulatedRun> runs, long now) {
    TreeSet<NodeName> present = new TreeSet<>();
    for (Peer peer : peers.values()) {
      peer.inFlight = 0;
      peer.quietSince = Long.MAX_VALUE;
      peer.wasHeard = false;
    }
    for (SimulatedRun run : runs) {
      NodeName node = run.endpoint().node();
      if (!node.equals(self)) {
        present.add(node);
        add(peers.computeIfAbsent(node, _ -> new Peer()), run);
      }
    }
    peers.keySet().retainAll(present);
    peers.forEach((node, peer) -> look(node, peer, now));
  }

  private static void add(Peer peer, SimulatedRun run) {
    if (run.candidate().inFlight() > 0) {
      peer.quietSince =
          peer.inFlight == 0
              ? run.candidate().quietSince()
              : Math.min(peer.quietSince, run.candidate().quietSince());
      peer.inFlight += run.candidate().inFlight();
    }
    if (run.candidate().wasHeard()) {
      peer.heard =
          peer.wasHeard
              ? Math.max(peer.heard, run.candidate().lastHeard())
              : run.candidate().lastHeard();
      peer.wasHeard = true;
    }
  }

  private void look(NodeName node, Peer peer, long now) {
    long quiet = peer.wasHeard && peer.heard - peer.quietSince > 0 ? peer.heard : peer.quietSince;
    switch (peer.doubt.look(peer.inFlight > 0, quiet, peer.wasHeard, peer.heard, now)) {
      case NOTHING -> {}
      case ASK -> ask(node, peer);
      case SILENT -> {
        peer.silent = true;
        changes.silent(node, true);
      }
      case HEARD -> heard(node, peer);
    }
  }

  /** Opened or refused, both come from a machine that lives. */
  private void ask(NodeName node, Peer peer) {
    if (reach.answers(node)) {
      box.after(
          Duration.ofMillis(random.nextInt(1, 5)),
          () -> {
            if (peer.doubt.answered() == NodeDoubt.Step.HEARD) {
              heard(node, peer);
            }
          });
    }
  }

  private void heard(NodeName node, Peer peer) {
    peer.silent = false;
    changes.silent(node, false);
  }
}
