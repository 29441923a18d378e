package io.mainstay.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay doctor}. */
@Command(
    name = "doctor",
    description =
        "Says what on this machine would hold Mainstay back, with the fix; needs no server.",
    footer = {
      "",
      "Example:",
      "  mainstay doctor mainstay.yaml",
      "  mainstay doctor --data /var/lib/mainstay"
    })
final class DoctorCommand implements Callable<Integer> {
  private final CliContext context;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The file that 'up' would get: its data folder is looked at.")
  private @Nullable Path file;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data folder. Default: .mainstay beside FILE, or here.")
  private @Nullable Path data;

  @Mixin private OutputOption output = new OutputOption();

  DoctorCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<MachineReport.Finding> findings = context.parts().machine().get().findings(folder());
    Screen screen = context.screen();
    if (output.isJson()) {
      screen.line(
          "{\"findings\":["
              + String.join(",", findings.stream().map(DoctorCommand::json).toList())
              + "]}");
    } else if (findings.isEmpty()) {
      screen.line("nothing is known about this machine");
    } else {
      findings.forEach(finding -> show(screen, finding));
    }
    boolean failed =
        findings.stream().anyMatch(finding -> finding.level() == MachineReport.Level.FAILED);
    return failed ? ExitCode.FAILED : ExitCode.DONE;
  }

  private Path folder() {
    if (file != null && !Files.isRegularFile(file)) {
      throw new CliFailure(ExitCode.USAGE, file + ": no such file (expected: a mainstay.yaml)");
    }
    Path folder =
        data != null
            ? data
            : file != null
                ? file.toAbsolutePath().resolveSibling(".mainstay")
                : Path.of(".mainstay");
    return folder.toAbsolutePath().normalize();
  }

  private static String label(MachineReport.Finding finding) {
    return switch (finding.level()) {
      case OK -> "ok";
      case WARNING -> "warning";
      case FAILED -> "failed";
    };
  }

  private static void show(Screen screen, MachineReport.Finding finding) {
    String label = label(finding);
    screen.line(
        Colour.of(label).paint(label, screen.colour())
            + " ".repeat(9 - label.length())
            + finding.subject()
            + ": "
            + finding.found());
    if (!finding.fix().isEmpty()) {
      screen.line("         fix: " + finding.fix());
    }
  }

  private static String json(MachineReport.Finding finding) {
    return new Body()
        .text("subject", finding.subject())
        .text("level", label(finding))
        .text("found", finding.found())
        .text("fix", finding.fix())
        .json();
  }
}
