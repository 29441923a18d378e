package io.mainstay.cli;

import io.mainstay.model.Address;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SequencedMap;

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
   * @param file absolute; it exists. Empty: what runs is told by the cluster
   * @param dataDirectory absolute; it may not exist yet
   * @param admin where the API is to listen
   * @param node name of this machine, if it was given
   * @param detach whether to go on in the background
   * @param cluster how the server is one of several
   * @param joining which cluster it is to join, if any
   */
  record Request(
      Optional<Path> file,
      Path dataDirectory,
      Address admin,
      Optional<String> node,
      boolean detach,
      ClusterOptions cluster,
      Optional<Joining> joining) {}

  /**
   * How a server is one of several.
   *
   * @param advertise where other machines reach it; empty: a server for one machine, or, when it
   *     joins, the address from which it reaches the cluster
   * @param labels of this machine, in the order given
   * @param coordinationPort first of three
   * @param external {@code zk://…} of an ensemble to use instead of the one inside
   * @param seats how many servers shall carry the coordination, if a number was given
   * @param forceSingle whether to go on alone, the other servers being lost for good
   * @param witness whether it runs no instances
   */
  record ClusterOptions(
      Optional<String> advertise,
      SequencedMap<String, String> labels,
      int coordinationPort,
      Optional<String> external,
      Optional<Integer> seats,
      boolean forceSingle,
      boolean witness) {}

  /**
   * Which cluster to join.
   *
   * @param server the API of one of its servers
   * @param token needed once
   */
  record Joining(Address server, Optional<String> token) {}
}
