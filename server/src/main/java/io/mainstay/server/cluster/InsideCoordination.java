package io.mainstay.server.cluster;

import io.mainstay.identity.NodeIdentity;
import io.mainstay.model.NodeName;
import io.mainstay.ports.ClusterControl.Member;
import io.mainstay.zookeeper.ClusterCoordination;
import io.mainstay.zookeeper.CoordinationPeer.Listener;
import io.mainstay.zookeeper.PeerTls;
import io.mainstay.zookeeper.ZooKeeperCoordinator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster's servers carry the coordination themselves. Any thread. */
final class InsideCoordination implements Coordination {
  private static final Logger LOG = LoggerFactory.getLogger(InsideCoordination.class);

  /** The first three servers carry it. */
  private static final int SEATS = 3;

  /** Longer than a reboot: a seat that moves costs a copy of the whole state. */
  private static final Duration REPLACE_AFTER = Duration.ofMinutes(5);

  /** What a server remembers of the others; that it is there says that it carried or joined. */
  static final String MEMBERS = "members.json";

  private final ClusterCoordination inner;
  private volatile List<Member> lastKnown;

  private InsideCoordination(ClusterCoordination inner, List<Member> lastKnown) {
    this.inner = inner;
    this.lastKnown = lastKnown;
  }

  /**
   * Founds, joins, or goes on as what this machine was.
   *
   * @throws IOException if what is kept does not fit, or the disk does not let it
   */
  static InsideCoordination open(Place place, ClusterEntry entry, Listener listener)
      throws IOException {
    ClusterCoordination.Options options = options(place, entry);
    if (place.forceSingle()) {
      ClusterCoordination.forceSingle(options);
    }
    Optional<ClusterEntry.Admission> admission = entry.admission();
    ClusterCoordination opened;
    if (ClusterCoordination.isMember(options)) {
      opened = ClusterCoordination.resume(options, listener);
    } else if (admission.isPresent()) {
      opened =
          ClusterCoordination.join(
              options, admission.get().place(), admission.get().servers(), listener);
    } else {
      opened =
          ClusterCoordination.found(
              options,
              ClusterCoordination.founder(place.node(), entry.host(), place.port()),
              listener);
    }
    place.seats().ifPresent(opened::askForSeats);
    return new InsideCoordination(
        opened, admission.map(ClusterEntry.Admission::servers).orElse(List.of()));
  }

  private static ClusterCoordination.Options options(Place place, ClusterEntry entry) {
    Path folder = entry.folder();
    return new ClusterCoordination.Options(
        place.directory(),
        folder.resolve(MEMBERS),
        place.cluster(),
        place.codec(),
        place.node(),
        new PeerTls(
            NodeIdentity.keyFile(folder),
            NodeIdentity.trustFile(folder),
            NodeIdentity.PASSWORD,
            entry.tls().identity().principal()),
        SEATS,
        REPLACE_AFTER);
  }

  @Override
  public ZooKeeperCoordinator coordinator() {
    return inner.coordinator();
  }

  @Override
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
