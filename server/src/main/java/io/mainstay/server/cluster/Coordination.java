package io.mainstay.server.cluster;

import io.mainstay.identity.NodeIdentity;
import io.mainstay.model.NodeName;
import io.mainstay.ports.ClusterControl.Member;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.ModelCodec;
import io.mainstay.zookeeper.ClusterCoordination;
import io.mainstay.zookeeper.CoordinationPeer;
import io.mainstay.zookeeper.PeerTls;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This node's part in the coordination of its cluster, found again at every start. Any thread. */
public final class Coordination implements ClusterDesk.Servers, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Coordination.class);

  /** The first three servers carry it. */
  private static final int SEATS = 3;

  /** Longer than a reboot: a seat that moves costs a copy of the whole state. */
  private static final Duration REPLACE_AFTER = Duration.ofMinutes(5);

  private final ClusterCoordination inner;
  private volatile List<Member> lastKnown;

  private Coordination(ClusterCoordination inner, List<Member> lastKnown) {
    this.inner = inner;
    this.lastKnown = lastKnown;
  }

  /**
   * Founds, joins, or goes on as what this machine was.
   *
   * @param directory of the state
   * @param cluster name of the state, the same on all nodes
   * @param port first of three
   * @throws IOException if what is kept does not fit, or the disk does not let it
   */
  public static Coordination open(
      Path directory,
      ClusterEntry entry,
      String cluster,
      NodeName node,
      int port,
      ModelCodec codec,
      CoordinationPeer.Listener listener)
      throws IOException {
    Path folder = entry.folder();
    ClusterCoordination.Options options =
        new ClusterCoordination.Options(
            directory,
            folder.resolve("members.json"),
            cluster,
            codec,
            node,
            new PeerTls(
                NodeIdentity.keyFile(folder),
                NodeIdentity.trustFile(folder),
                NodeIdentity.PASSWORD,
                entry.tls().identity().principal()),
            SEATS,
            REPLACE_AFTER);
    Optional<ClusterEntry.Admission> admission = entry.admission();
    ClusterCoordination opened;
    if (ClusterCoordination.isMember(options)) {
      opened = ClusterCoordination.resume(options, listener);
    } else if (admission.isPresent()) {
      opened =
          ClusterCoordination.join(
              options, admission.get().place(), admission.get().servers(), listener);
    } else {
      Member self = new Member(1, node, entry.host(), port, port + 1, port + 2);
      opened = ClusterCoordination.found(options, self, listener);
    }
    return new Coordination(
        opened, admission.map(ClusterEntry.Admission::servers).orElse(List.of()));
  }

  /** The shared state. */
  public Coordinator coordinator() {
    return inner.coordinator();
  }

  /** Whether this server is one of those that carry it. */
  public boolean carries() {
    return inner.self().isPresent();
  }

  @Override
  public List<Member> members() {
    try {
      lastKnown = inner.voters();
    } catch (IOException e) {
      LOG.warn("who carries the coordination is not known now: {}", e.toString());
    }
    return lastKnown;
  }

  @Override
  public Optional<Member> place(NodeName node, String host, int port) throws IOException {
    return inner.place(node, host, port);
  }

  @Override
  public Optional<String> external() {
    return Optional.empty();
  }

  @Override
  public Things things() {
    return Things.of(inner.store());
  }

  @Override
  public void close() {
    inner.close();
  }
}
