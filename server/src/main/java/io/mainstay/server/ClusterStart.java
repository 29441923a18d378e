package io.mainstay.server;

import io.mainstay.model.spec.PoolSpec;
import io.mainstay.ports.ModelCodec;
import io.mainstay.server.cluster.ClusterEntry;
import io.mainstay.server.cluster.Coordination;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** How a server comes to be one of several. */
final class ClusterStart {
  private ClusterStart() {}

  /**
   * Founds a cluster, joins one, or finds the one that this machine is in; empty: it stands alone.
   *
   * @param data the data folder
   */
  static Optional<ClusterEntry> enter(
      ServerOptions options, Path data, ModelCodec codec, Instant now) throws IOException {
    Optional<String> host = options.cluster().advertise();
    if (options.joining().isPresent()) {
      return Optional.of(
          ClusterEntry.join(
              data,
              options.node(),
              host,
              options.joining().get().server(),
              options.joining().get().token(),
              // What comes and goes must not carry the coordination: a majority would go with it.
              options.cluster().labels().containsKey(PoolSpec.LABEL)
                  ? 0
                  : options.cluster().coordinationPort(),
              codec,
              now));
    }
    return host.isPresent()
        ? Optional.of(ClusterEntry.found(data, options.node(), host.get(), now, codec))
        : Optional.empty();
  }

  /** What this server's part in the coordination is to be. */
  static Coordination.Place place(
      ServerOptions options, Path directory, String cluster, ModelCodec codec) {
    return new Coordination.Place(
        directory,
        cluster,
        options.node(),
        options.cluster().coordinationPort(),
        options.cluster().external(),
        options.cluster().seats(),
        options.cluster().forceSingle(),
        codec);
  }
}
