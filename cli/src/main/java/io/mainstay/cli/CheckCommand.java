package io.mainstay.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code mainstay check}, by the rules of Nagios plugins: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. A
 * server that does not answer is CRITICAL, since nothing is watched then; a question that makes no
 * sense is UNKNOWN.
 */
@Command(
    name = "check",
    description = "A Nagios plugin: one line, perfdata, exit 0, 1, 2 or 3.",
    footer = {"", "Example:", "  mainstay check shop"})
final class CheckCommand extends ServerCommand implements Callable<Integer> {
  static final int UNKNOWN = 3;
  private static final List<String> NAMES = List.of("OK", "WARNING", "CRITICAL", "UNKNOWN");

  @Parameters(arity = "0..1", paramLabel = "SERVICE", description = "Only this one; default: all.")
  private @Nullable String service;

  @Mixin private OutputOption output = new OutputOption();

  CheckCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    try {
      AdminClient client = client();
      if (service == null) {
        JsonTree status = client.get("/api/v1/status");
        return report(status.list("services"), troubles(status));
      }
      return report(
          List.of(client.get("/api/v1/services/" + name(service, "a service"))), List.of());
    } catch (CliFailure e) {
      int level = e.exitCode() == ExitCode.NO_SERVER ? 2 : UNKNOWN;
      say(level, oneLine(e.text()), "", List.of());
      return level;
    }
  }

  /** Of the cluster: a warning, as only the services know whether anybody is harmed. */
  private static List<String> troubles(JsonTree status) {
    List<String> troubles = new ArrayList<>();
    if (!status.text("coordinationLost").isEmpty()) {
      troubles.add("coordination lost since " + status.text("coordinationLost"));
    }
    for (JsonTree node : status.list("nodes")) {
      String state = node.text("state");
      if (state.equals("suspect") || state.equals("lost")) {
        troubles.add("node " + node.text("name") + " " + state);
      }
    }
    return troubles;
  }

  private int report(List<JsonTree> services, List<String> troubles) {
    int worst = troubles.isEmpty() ? 0 : 1;
    List<String> said = new ArrayList<>(troubles);
    StringBuilder data = new StringBuilder();
    for (JsonTree one : services) {
      String verdict = one.text("verdict");
      int level = level(verdict);
      // UNKNOWN says less than CRITICAL and more than WARNING: 2 before 3 before 1.
      worst = rank(level) > rank(worst) ? level : worst;
      String reason = one.text("reason");
      said.add(
          one.text("name")
              + " "
              + verdict
              + " "
              + one.text("serving")
              + "/"
              + one.text("desired")
              + (level == 0 || reason.isEmpty() ? "" : " (" + reason + ")"));
      data.append(data(one));
    }
    String text = said.isEmpty() ? "no services" : String.join(", ", said);
    say(worst, oneLine(text), " |" + data, services);
    return worst;
  }

  private void say(int level, String text, String data, List<JsonTree> services) {
    if (!output.isJson()) {
      screen.line("MAINSTAY " + NAMES.get(level) + " - " + text + data);
      return;
    }
    String head =
        new Body()
            .text("state", NAMES.get(level))
            .number("exitCode", level)
            .text("text", text)
            .json();
    screen.line(
        head.substring(0, head.length() - 1)
            + ",\"services\":["
            + String.join(",", services.stream().map(CheckCommand::json).toList())
            + "]}");
  }

  private static String json(JsonTree one) {
    return new Body()
        .text("name", one.text("name"))
        .text("state", NAMES.get(level(one.text("verdict"))))
        .text("verdict", one.text("verdict"))
        .number("serving", one.count("serving"))
        .number("desired", one.count("desired"))
        .number("standby", one.count("standby"))
        .number("failing", one.count("failing"))
        .number("inFlight", one.count("inFlight"))
        .text("reason", one.text("reason"))
        .json();
  }

  private static int rank(int level) {
    return switch (level) {
      case 2 -> 3;
      case UNKNOWN -> 2;
      default -> level;
    };
  }

  private static int level(String verdict) {
    return switch (verdict) {
      case "healthy" -> 0;
      case "degraded", "diverted" -> 1;
      case "failing", "down" -> 2;
      default -> UNKNOWN;
    };
  }

  /** {@code label=value;warn;crit;min;max}: warning below what is wanted, critical without any. */
  private static String data(JsonTree one) {
    String name = one.text("name");
    return " "
        + name
        + "_serving="
        + one.text("serving")
        + ";"
        + one.text("desired")
        + ":;1:;0;"
        + one.text("max")
        + " "
        + name
        + "_standby="
        + one.text("standby")
        + ";;;0 "
        + name
        + "_failing="
        + one.text("failing")
        + ";;;0 "
        + name
        + "_in_flight="
        + one.text("inFlight")
        + ";;;0";
  }

  /** The bar separates the perfdata, so it must not occur in the text. */
  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").replace('|', '/');
  }
}
