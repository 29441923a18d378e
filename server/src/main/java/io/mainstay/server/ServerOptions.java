package io.mainstay.server;

import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import java.nio.file.Path;

/**
 * What one server is started with.
 *
 * @param file the {@code mainstay.yaml}, absolute
 * @param data the data folder, absolute
 * @param admin where the API listens
 * @param node the name of this machine
 */
record ServerOptions(Path file, Path data, Address admin, NodeName node) {
  /** The folder of the file: where its relative paths start. */
  Path baseDirectory() {
    Path folder = file.toAbsolutePath().normalize().getParent();
    return folder == null ? Path.of("/") : folder;
  }
}
