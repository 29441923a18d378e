package io.mainstay.cli;

import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay drill}. */
@Command(
    name = "drill",
    description =
        "A rehearsal: breaks an instance for real, under load, and reports what clients saw.",
    footer = {
      "",
      "The load goes over the service's listener, as any client's.",
      "Example:",
      "  mainstay drill shop --kind kill --rps 200 --for 10s"
    })
final class DrillCommand extends ForcibleCommand {
  @Parameters(paramLabel = "SERVICE", description = "Its name.")
  private String service = "";

  /** The kinds. */
  enum Kind {
    kill,
    hang
  }

  @Option(names = "--kind", required = true, paramLabel = "KIND", description = "kill or hang.")
  private Kind kind = Kind.kill;

  @Option(names = "--rps", paramLabel = "N", description = "Requests a second. Default: 200.")
  private int rate = 200;

  @Option(names = "--for", paramLabel = "DURATION", description = "Of the load. Default: 10s.")
  private String duration = "10s";

  @Mixin private OutputOption output = new OutputOption();

  DrillCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    Body body =
        body()
            .text("kind", kind.name().toLowerCase(Locale.ROOT))
            .number("rps", rate)
            .text("for", duration);
    AdminClient client = client();
    JsonTree begun =
        send(client, "/api/v1/services/" + name(service, "a service") + "/drill", body);
    JsonTree end = new OperationWatch(screen).end(client, begun);
    if (output.isJson()) {
      screen.line(end.json());
    } else {
      report(end);
    }
    return end.text("state").equals("failed") ? ExitCode.FAILED : ExitCode.DONE;
  }

  private void report(JsonTree operation) {
    JsonTree report = operation.get("report");
    if (report.isEmpty()) {
      screen.line(
          operation.text("what")
              + ": "
              + operation.text("state")
              + ": "
              + operation.text("message"));
      return;
    }
    double sent = report.number("sent");
    double failed = report.number("failed");
    row(
        "drill",
        report.text("kind") + " of " + report.text("victim") + " (" + report.text("service") + ")");
    row(
        "requests",
        report.text("sent")
            + " sent, "
            + report.text("failed")
            + " failed"
            + (sent > 0 && failed > 0
                ? String.format(Locale.ROOT, " (%.2f %%)", failed / sent * 100)
                : ""));
    report.list("failures").forEach(failure -> row("", failure.text()));
    row(
        "latency",
        "median "
            + Words.millis(report.number("medianLatencyMillis"))
            + ", worst "
            + Words.millis(report.number("worstLatencyMillis")));
    row(
        "traffic off after",
        span(report, "trafficOffMillis", "the instance got requests to the end"));
    row("standby serving after", span(report, "standbyServingMillis", "none took its place"));
    row("full strength after", span(report, "fullStrengthMillis", "not reached during the drill"));
  }

  private static String span(JsonTree report, String field, String otherwise) {
    return report.get(field).isEmpty() ? otherwise : Words.millis(report.number(field));
  }

  private void row(String label, String value) {
    screen.line(label + " ".repeat(24 - label.length()) + value);
  }
}
