package io.mainstay.gateway.endpoint;

import io.mainstay.decisions.outliers.NodeDoubt;
import io.mainstay.gateway.loop.TrafficLoop;
import io.mainstay.model.NodeName;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Watches whether other nodes are silent, see {@link NodeDoubt}. Only on the first loop, but for
 * {@link #isSilent} and {@link #peer}.
 */
final class NodeWatch {
  /** An answer that comes later is still one of a living node. */
  private static final Duration TRIAL = Duration.ofNanos(NodeDoubt.AGAIN_NANOS);

  private final NodeTrial trial;
  private final TrafficLoop loop;
  private final Changes changes;
  private final ConcurrentSkipListMap<NodeName, Peer> peers = new ConcurrentSkipListMap<>();

  /** Is told, on the first loop, what changed. */
  interface Changes {
    void silent(NodeName node, List<Backend> runs);

    void heard(NodeName node);
  }

  NodeWatch(NodeTrial trial, TrafficLoop loop, Changes changes) {
    this.trial = trial;
    this.loop = loop;
    this.changes = changes;
  }

  /** The node of that name; any thread. */
  Peer peer(NodeName node) {
    return peers.computeIfAbsent(node, Peer::new);
  }

  /** Whether the instances of a node are to take no requests while others can; any thread. */
  boolean isSilent(NodeName node) {
    Peer peer = peers.get(node);
    return peer != null && peer.silent;
  }

  /** Whether {@link #look} should be called soon. */
  boolean isOpen() {
    for (Peer peer : peers.values()) {
      if (peer.doubt.isOpen()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Looks at all nodes but this one.
   *
   * @param self this node
   * @param runs of all services
   */
  void look(NodeName self, List<Backend> runs, long now) {
    peers.values().forEach(Peer::clear);
    for (Backend backend : runs) {
      backend.peer().add(backend);
    }
    for (Peer peer : peers.values()) {
      if (peer.runs == 0) {
        peers.remove(peer.name);
        continue;
      }
      if (peer.name.equals(self)) {
        continue;
      }
      switch (peer.look(now)) {
        case NOTHING -> {}
        case ASK -> ask(peer, runs);
        case SILENT -> {
          peer.silent = true;
          changes.silent(peer.name, ofPeer(peer, runs));
        }
        case HEARD -> heard(peer);
      }
    }
  }

  private static List<Backend> ofPeer(Peer peer, List<Backend> runs) {
    List<Backend> some = new ArrayList<>();
    for (Backend backend : runs) {
      if (backend.peer() == peer) {
        some.add(backend);
      }
    }
    return some;
  }

  /** Tries its instances in turn. */
  private void ask(Peer peer, List<Backend> runs) {
    InetSocketAddress address = addressToAsk(ofPeer(peer, runs), peer.turn++);
    if (address == null) {
      return;
    }
    trial.ask(address, TRIAL, () -> loop.execute(() -> answered(peer)));
  }

  private static @Nullable InetSocketAddress addressToAsk(List<Backend> runs, int turn) {
    for (int i = 0; i < runs.size(); i++) {
      Backend backend = runs.get((turn + i) % runs.size());
      InetSocketAddress address = backend.address();
      if (address != null && !backend.isRetired()) {
        return address;
      }
    }
    return null;
  }

  private void answered(Peer peer) {
    switch (peer.doubt.answered()) {
      case HEARD -> heard(peer);
      case NOTHING, ASK, SILENT -> {}
    }
  }

  private void heard(Peer peer) {
    peer.silent = false;
    changes.heard(peer.name);
  }
}
