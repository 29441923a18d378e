package io.mainstay.server.cluster;

import io.mainstay.model.NodeName;
import io.mainstay.ports.ClusterControl.Member;
import io.mainstay.zookeeper.ExternalEnsemble;
import io.mainstay.zookeeper.ZooKeeperCoordinator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** An ensemble of somebody else carries the coordination; all servers are its clients. */
final class ExternalCoordination implements Coordination {
  private static final String FILE = "ensemble.txt";
  private static final String OWNER = "cluster-id";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration AGAIN = Duration.ofMillis(200);

  private final String address;
  private final ZooKeeperCoordinator coordinator;

  private ExternalCoordination(String address, ZooKeeperCoordinator coordinator) {
    this.address = address;
    this.coordinator = coordinator;
  }

  /**
   * Which ensemble it is to be: the one asked for, the one that was told when this machine joined,
   * or the one of earlier starts. Empty: the servers carry it themselves.
   *
   * @throws IOException if what is asked for contradicts what this machine is part of
   */
  static Optional<String> of(Place place, ClusterEntry entry) throws IOException {
    Optional<String> kept = kept(entry.folder());
    Optional<String> told = entry.admission().flatMap(ClusterEntry.Admission::external);
    boolean inside = Files.exists(entry.folder().resolve(InsideCoordination.MEMBERS));
    if (place.external().isPresent() && inside) {
      throw new IOException(
          "--coordination: the servers of this cluster carry the coordination themselves"
              + " (expected: no --coordination, or a data folder of its own)");
    }
    Optional<String> ensemble = place.external().or(() -> kept).or(() -> told);
    if (ensemble.isPresent() && place.forceSingle()) {
      throw new IOException(
          "--force-single: "
              + ensemble.get()
              + " carries the coordination (expected: a server that does itself)");
    }
    return ensemble;
  }

  /** The ensemble of earlier starts. */
  static Optional<String> kept(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
  }

  /**
   * Connects. At the first start it must be reached: only it can say whether its state belongs to
   * another cluster. Later starts do not wait for it.
   *
   * @throws IOException if the address is none, nobody answers, or the state is another cluster's
   */
  static ExternalCoordination open(String address, Place place, ClusterEntry entry)
      throws IOException {
    ExternalEnsemble ensemble =
        switch (ExternalEnsemble.parse(address)) {
          case ExternalEnsemble.Parsed.Valid valid -> valid.ensemble();
          case ExternalEnsemble.Parsed.Invalid invalid ->
              throw new IOException("--coordination: " + invalid.reason());
        };
    ExternalCoordination opened =
        new ExternalCoordination(address, ensemble.open(place.cluster(), place.codec()));
    try {
      Optional<String> kept = kept(entry.folder());
      if (!kept.equals(Optional.of(address))) {
        opened.claim(entry.clusterId(), kept.isEmpty() && entry.admission().isEmpty());
        keep(entry.folder(), address);
      }
      return opened;
    } catch (IOException e) {
      opened.close();
      throw e;
    }
  }

  /**
   * Makes sure that the state there is this cluster's.
   *
   * @param founds whether there may be none yet; else servers would decide on two states
   */
  private void claim(String clusterId, boolean founds) throws IOException {
    byte[] own = clusterId.getBytes(StandardCharsets.UTF_8);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        if (founds && things().putIfAbsent(OWNER, own)) {
          return;
        }
        Optional<byte[]> owner = things().get(OWNER);
        if (owner.isEmpty() && !founds) {
          throw new IllegalStateException(
              address
                  + " does not hold the state of this cluster (expected: the ensemble and path that"
                  + " its other servers use)");
        }
        String other = new String(owner.orElse(own), StandardCharsets.UTF_8);
        if (other.equals(clusterId)) {
          return;
        }
        throw new IllegalStateException(
            address
                + " holds the state of another cluster, "
                + other
                + " (expected: 'mainstay join' to become a part of it, or a path of its own, such"
                + " as "
                + address
                + "/other)");
      } catch (IllegalStateException e) {
        throw new IOException(e.getMessage(), e);
      } catch (IOException e) {
        if (System.nanoTime() - end > 0) {
          throw new IOException(
              "--coordination: "
                  + address
                  + ": "
                  + e.getMessage()
                  + " (expected: a ZooKeeper ensemble with a majority of its servers up)",
              e);
        }
        LockSupport.parkNanos(AGAIN.toNanos());
      }
    }
  }

  private static void keep(Path folder, String address) throws IOException {
    Path fresh = folder.resolve(FILE + ".new");
    Files.writeString(fresh, address + "\n");
    Files.move(
        fresh,
        folder.resolve(FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public ZooKeeperCoordinator coordinator() {
    return coordinator;
  }

  @Override
  public boolean carries() {
    return false;
  }

  @Override
  public List<Member> members() {
    return List.of();
  }

  @Override
  public Optional<Member> place(NodeName node, String host, int port) {
    return Optional.empty();
  }

  @Override
  public Optional<String> external() {
    return Optional.of(address);
  }

  @Override
  public Things things() {
    return Things.of(coordinator.store());
  }

  @Override
  public void close() {
    coordinator.close();
  }
}
