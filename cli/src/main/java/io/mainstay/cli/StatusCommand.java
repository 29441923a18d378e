package io.mainstay.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mainstay status}. */
@Command(
    name = "status",
    description = "Shows what runs now: all services, or one with its instances.",
    footer = {"", "Example:", "  mainstay status", "  mainstay status shop --output json"})
final class StatusCommand extends ServerCommand {
  /** More instances than that are only shown where something is wrong with them. */
  private static final int MOST_INSTANCES = 40;

  @Parameters(arity = "0..1", paramLabel = "SERVICE", description = "Only this one.")
  private @Nullable String service;

  @Mixin private OutputOption output = new OutputOption();

  StatusCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    AdminClient client = client();
    byte[] answer =
        client.getBytes(
            "/api/v1/status" + (service == null ? "" : "?service=" + name(service, "a service")));
    if (output.isJson()) {
      return raw(answer);
    }
    JsonTree tree = JsonTree.read(answer);
    List<JsonTree> services = tree.list("services");
    if (service == null) {
      screen.line(
          "node "
              + tree.text("node")
              + (tree.text("leader").isEmpty() ? ", no leader" : ", leader " + tree.text("leader"))
              + ", Mainstay "
              + tree.text("version"));
      if (!tree.text("coordinationLost").isEmpty()) {
        screen.line(
            "coordination lost since "
                + tree.text("coordinationLost")
                + ": nothing new is decided, what runs goes on");
      }
      screen.line("");
      if (tree.list("nodes").size() > 1) {
        NodesCommand.lines(screen, tree).forEach(screen::line);
        screen.line("");
      }
    }
    services(services).forEach(screen::line);
    instances(services).forEach(screen::line);
    return ExitCode.DONE;
  }

  private List<String> services(List<JsonTree> services) {
    if (services.isEmpty()) {
      return List.of("no services");
    }
    Table table =
        new Table(
            screen,
            "SERVICE",
            "VERDICT",
            "SERVING",
            "STANDBY",
            "FAILING",
            "REQ/S",
            "IN FLIGHT",
            "REASON");
    for (JsonTree one : services) {
      String remarks =
          (one.flag("paused") ? "paused; " : "")
              + (one.text("override").isEmpty() ? "" : one.text("override") + "; ");
      table.row(
          one.text("name"),
          one.text("verdict"),
          one.text("serving") + "/" + one.text("desired"),
          one.text("standby"),
          one.text("failing"),
          Words.rate(one.number("requestsPerSecond")),
          one.text("inFlight") + (one.count("queued") > 0 ? "+" + one.text("queued") : ""),
          remarks + one.text("reason"));
    }
    return table.lines();
  }

  private List<String> instances(List<JsonTree> services) {
    List<JsonTree> instances =
        services.stream().flatMap(one -> one.list("instances").stream()).toList();
    boolean all = instances.size() <= MOST_INSTANCES;
    boolean severalNodes = instances.stream().map(one -> one.text("node")).distinct().count() > 1;
    List<String> header =
        List.of(
            "INSTANCE",
            "NODE",
            "STATE",
            "GEN",
            "PID",
            "ADDRESS",
            "RESTARTS",
            "LAST EXIT",
            "REASON");
    Table table = new Table(screen, without(severalNodes, header));
    int shown = 0;
    for (JsonTree instance : instances) {
      String state = instance.text("state");
      if (all || !(state.equals("serving") || state.equals("standby"))) {
        table.row(
            without(
                severalNodes,
                List.of(
                    instance.text("id"),
                    instance.text("node"),
                    state,
                    instance.text("generation"),
                    instance.text("pid"),
                    instance.text("address"),
                    instance.text("restarts"),
                    exit(instance.get("lastExit")),
                    instance.text("reason"))));
        shown++;
      }
    }
    List<String> lines = new ArrayList<>();
    if (shown > 0) {
      lines.add("");
      lines.addAll(table.lines());
    }
    if (!all) {
      lines.add("");
      lines.add(
          Words.count((long) instances.size() - shown, "more instance")
              + " serving or standby: 'mainstay status SERVICE' lists them");
    }
    return lines;
  }

  /** A column of nodes says nothing while there is one. */
  private static String[] without(boolean severalNodes, List<String> cells) {
    List<String> kept = new ArrayList<>(cells);
    if (!severalNodes) {
      kept.remove(1);
    }
    return kept.toArray(String[]::new);
  }

  private static String exit(JsonTree exit) {
    if (exit.isEmpty()) {
      return "-";
    }
    if (exit.flag("oom")) {
      return "memory";
    }
    if (!exit.text("signal").isEmpty()) {
      return "SIG" + exit.text("signal");
    }
    return exit.text("code").isEmpty() ? "unknown" : "code " + exit.text("code");
  }
}
