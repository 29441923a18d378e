package io.mainstay.server;

import io.mainstay.cli.UpRunner.ClusterOptions;
import io.mainstay.cli.UpRunner.Joining;
import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What one server is started with.
 *
 * @param file the {@code mainstay.yaml}, absolute; empty: the cluster tells what runs
 * @param data the data folder, absolute
 * @param admin where the API listens
 * @param node the name of this machine
 * @param cluster how it is one of several machines
 * @param joining which cluster it joins, if it does
 */
record ServerOptions(
    Optional<Path> file,
    Path data,
    Address admin,
    NodeName node,
    ClusterOptions cluster,
    Optional<Joining> joining) {
  /** The folder of the file, else the one that holds the data: where relative paths start. */
  Path baseDirectory() {
    Path folder = file.orElse(data).toAbsolutePath().normalize().getParent();
    return folder == null ? Path.of("/") : folder;
  }
}
