package io.mainstay.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay drill}. */
@Command(
    name = "drill",
    description =
        "A rehearsal: breaks something for real, under load, and reports what clients saw.",
    footer = {
      "",
      "The load goes over the service's listener, as any client's. Kinds:",
      "  kill, hang   one instance",
      "  check        the checks of one instance fail, whatever it answers",
      "  dependency   all instances of a service that it depends on hang (needs --force)",
      "  business     as a drill of the file says (--name)",
      "  promote      nothing is broken: a standby takes the place of an instance",
      "Example:",
      "  mainstay drill shop --kind kill --rps 200 --for 10s",
      "  mainstay drill shop --name lose-orders",
      "  mainstay drill shop --history"
    })
final class DrillCommand extends ForcibleCommand {
  @Parameters(
      paramLabel = "SERVICE",
      arity = "0..1",
      description = "Its name; not needed for --history.")
  private @Nullable String service;

  /** The kinds. */
  enum Kind {
    kill,
    hang,
    check,
    dependency,
    business,
    promote
  }

  @Option(names = "--kind", paramLabel = "KIND", description = "What is broken, see below.")
  private @Nullable Kind kind;

  @Option(names = "--name", paramLabel = "NAME", description = "A drill of the file.")
  private @Nullable String name;

  @Option(
      names = "--dependency",
      paramLabel = "SERVICE",
      description = "For dependency: which one hangs. Default: the only one.")
  private @Nullable String dependency;

  @Option(names = "--rps", paramLabel = "N", description = "Requests a second. Default: 200.")
  private int rate = 200;

  @Option(names = "--for", paramLabel = "DURATION", description = "Of the load. Default: 10s.")
  private String duration = "10s";

  @Option(names = "--history", description = "Shows the drills that are over, and runs none.")
  private boolean history;

  @Mixin private OutputOption output = new OutputOption();

  DrillCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    if (history) {
      return new DrillTable(screen).show(client(), service, output.isJson());
    }
    if (service == null) {
      throw new CliFailure(
          ExitCode.USAGE, "SERVICE is missing (expected: the name of a service, or --history)");
    }
    Body body = body();
    Kind broken = kind;
    String named = name;
    if (named != null && broken == null) {
      body.text("name", named);
    } else if (broken != null && named == null) {
      body.text("kind", broken.name().toLowerCase(Locale.ROOT))
          .number("rps", rate)
          .text("for", duration);
      if (dependency != null) {
        body.text("dependency", dependency);
      }
    } else {
      throw new CliFailure(ExitCode.USAGE, "one of --kind and --name is needed");
    }
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
    String broken = report.text("kind");
    if (broken.equals("kill") || broken.equals("hang")) {
      row(
          "traffic off after",
          span(report, "trafficOffMillis", "the instance got requests to the end"));
      row("standby serving after", span(report, "standbyServingMillis", "none took its place"));
      row(
          "full strength after",
          span(report, "fullStrengthMillis", "not reached during the drill"));
    }
    if (!broken.equals("kill")) {
      row(
          broken.equals("promote") ? "as before after" : "as before, once mended",
          span(report, "recoveryMillis", "not reached during the drill"));
    }
    String label = "then";
    for (JsonTree moment : report.list("moments")) {
      row(label, after(moment.number("afterMillis")) + "  " + moment.text("what"));
      label = "";
    }
  }

  private static String after(double millis) {
    return String.format(Locale.ROOT, "%8.3f s", millis / 1000);
  }

  private static String span(JsonTree report, String field, String otherwise) {
    return report.get(field).isEmpty() ? otherwise : Words.millis(report.number(field));
  }

  private void row(String label, String value) {
    screen.line(label + " ".repeat(24 - label.length()) + value);
  }
}
