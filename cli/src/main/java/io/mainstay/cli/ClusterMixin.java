package io.mainstay.cli;

import io.mainstay.cli.UpRunner.ClusterOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a server is one of several; for the commands that start one. */
final class ClusterMixin {
  static final int COORDINATION_PORT = 7071;

  @Option(
      names = "--advertise",
      paramLabel = "HOST",
      description = "Where other machines reach this one: makes it ready to be one of several.")
  private @Nullable String advertise;

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "Of this machine, for 'place' in the file; zone=… tells its zone. Repeatable.")
  private List<String> labels = List.of();

  @Option(
      names = "--coordination-port",
      paramLabel = "PORT",
      description = "First of the three ports of the coordination. Default: 7071.")
  private int port = COORDINATION_PORT;

  @Option(
      names = "--coordination",
      paramLabel = "zk://HOST:PORT,…",
      description = "An existing ZooKeeper ensemble instead of the one inside.")
  private @Nullable String external;

  @Option(
      names = "--seats",
      paramLabel = "3|5",
      description =
          "How many servers carry the coordination from now on. Never shrinks; at first: 3.")
  private @Nullable Integer seats;

  @Option(
      names = "--force-single",
      description = {
        "After a disaster: goes on alone with the state that this server has. Only if the majority",
        "of the servers that carry the coordination is lost for good; they must never come back."
      })
  private boolean forceSingle;

  /** What was asked for by {@code join}, checked. */
  ClusterOptions joining(boolean witness) {
    if (external != null) {
      throw new CliFailure(
          ExitCode.USAGE, "--coordination: not here (expected: none, the cluster tells it)");
    }
    return options(witness);
  }

  /** What was asked for by {@code up}, checked. */
  ClusterOptions options() {
    if (advertise == null && external != null) {
      throw new CliFailure(
          ExitCode.USAGE,
          "--coordination: without --advertise (expected: --advertise HOST, since an ensemble is"
              + " for several machines)");
    }
    if (advertise == null && forceSingle) {
      throw new CliFailure(
          ExitCode.USAGE,
          "--force-single: without --advertise (expected: the --advertise HOST that this server"
              + " has)");
    }
    return options(false);
  }

  private ClusterOptions options(boolean witness) {
    if (port < 1 || port > 65_533) {
      throw new CliFailure(
          ExitCode.USAGE, "--coordination-port: " + port + " (expected: 1 to 65533)");
    }
    if (seats != null && seats != 3 && seats != 5) {
      throw new CliFailure(ExitCode.USAGE, "--seats: " + seats + " (expected: 3 or 5)");
    }
    if (external != null && !external.startsWith("zk://")) {
      throw new CliFailure(
          ExitCode.USAGE,
          "--coordination: " + external + " (expected: zk://HOST:PORT,HOST:PORT or …/PATH)");
    }
    if (advertise != null && !advertise.matches("[A-Za-z0-9._:-]{1,253}")) {
      throw new CliFailure(
          ExitCode.USAGE, "--advertise: '" + advertise + "' (expected: a host name or address)");
    }
    return new ClusterOptions(
        Optional.ofNullable(advertise),
        parsed(),
        port,
        Optional.ofNullable(external),
        Optional.ofNullable(seats),
        forceSingle,
        witness);
  }

  private SequencedMap<String, String> parsed() {
    SequencedMap<String, String> map = new LinkedHashMap<>();
    for (String label : labels) {
      int equals = label.indexOf('=');
      String key = equals < 0 ? label : label.substring(0, equals);
      String value = equals < 0 ? "" : label.substring(equals + 1);
      if (!key.matches("[A-Za-z0-9._/-]{1,63}") || !value.matches("[A-Za-z0-9._/-]{1,63}")) {
        throw new CliFailure(
            ExitCode.USAGE,
            "--label: '" + label + "' (expected: KEY=VALUE of A-Z a-z 0-9 . _ / -)");
      }
      if (map.put(key, value) != null) {
        throw new CliFailure(ExitCode.USAGE, "--label: '" + key + "' twice (expected: once)");
      }
    }
    return map;
  }
}
