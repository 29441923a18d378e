package io.mainstay.server;

import io.mainstay.cli.CliParts;
import io.mainstay.cli.MachineReport;
import io.mainstay.cli.Mainstay;
import io.mainstay.cli.Screen;
import io.mainstay.linux.MachineFact;
import io.mainstay.linux.MachineInspector;
import io.mainstay.server.cluster.ClusterFindings;
import io.mainstay.spec.JsonSchema;
import io.mainstay.spec.YamlSpecReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The program {@code mainstay}: the commands, and the server that {@code up} starts. */
public final class Main {
  /** The version that every part shows. */
  static final String VERSION = "0.1.0";

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Logging.off();
    CliParts parts =
        new CliParts(
            VERSION,
            () -> new UpInForeground(arguments),
            YamlSpecReader::new,
            JsonSchema::text,
            () -> Main::lookAtTheMachine,
            SnapshotRestore::new,
            SimulatedPlay::new);
    int code = new Mainstay(Screen.ofProcess(), System.getenv(), parts).run(arguments);
    System.out.flush();
    System.err.flush();
    // A server has ended in order by now; no thread that is left may hold the process.
    Runtime.getRuntime().halt(code);
  }

  private static List<MachineReport.Finding> lookAtTheMachine(Path dataFolder) {
    List<MachineReport.Finding> findings = new ArrayList<>();
    for (MachineFact fact : new MachineInspector(dataFolder).inspect()) {
      findings.add(
          new MachineReport.Finding(
              fact.subject(),
              MachineReport.Level.valueOf(fact.level().name()),
              fact.found(),
              fact.fix()));
    }
    findings.addAll(ClusterFindings.of(dataFolder, Instant.now()));
    return findings;
  }
}
