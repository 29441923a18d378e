package io.mainstay.cli;

import io.mainstay.model.Address;
import java.nio.file.Path;
import java.util.Optional;

/** Starts a server in this process; whoever wires the program provides it. */
@FunctionalInterface
public interface UpRunner {
  /**
   * Runs a server until it has ended, or, detached, until it is ready.
   *
   * @return an exit code of {@link ExitCode}
   */
  int run(Request request, Screen screen);

  /**
   * What was asked for.
   *
   * @param file absolute; it exists
   * @param dataDirectory absolute; it may not exist yet
   * @param admin where the API is to listen
   * @param node name of this machine, if it was given
   * @param detach whether to go on in the background
   */
  record Request(
      Path file, Path dataDirectory, Address admin, Optional<String> node, boolean detach) {}
}
