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

  /** What was asked for, checked. */
  ClusterOptions options() {
    if (port < 1 || port > 65_533) {
      throw new CliFailure(
          ExitCode.USAGE, "--coordination-port: " + port + " (expected: 1 to 65533)");
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
        Optional.ofNullable(advertise), parsed(), port, Optional.ofNullable(external));
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
