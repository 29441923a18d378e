package io.mainstay.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mainstay nodes}. */
@Command(
    name = "nodes",
    description = "Shows the machines of the cluster.",
    footer = {"", "Example:", "  mainstay nodes"})
final class NodesCommand extends ServerCommand {
  @Mixin private OutputOption output = new OutputOption();

  NodesCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    byte[] answer = client().getBytes("/api/v1/status");
    if (output.isJson()) {
      return raw(answer);
    }
    lines(screen, JsonTree.read(answer)).forEach(screen::line);
    return ExitCode.DONE;
  }

  /** The table of nodes in a status. */
  static List<String> lines(Screen screen, JsonTree status) {
    Table table =
        new Table(screen, "NODE", "STATE", "ZONE", "HOST", "INSTANCES", "CORES", "REASON");
    for (JsonTree node : status.list("nodes")) {
      table.row(
          node.text("name") + (node.flag("leader") ? " (leads)" : ""),
          node.text("state"),
          node.text("zone").isEmpty() ? "-" : node.text("zone"),
          node.text("host"),
          node.get("capacity").text("instances").equals("0") ? "witness" : node.text("instances"),
          node.get("capacity").text("cpu"),
          node.text("reason"));
    }
    return table.lines();
  }

  /** Whether a name is that of a machine. */
  static boolean isNode(AdminClient client, String name) {
    return client.get("/api/v1/status").list("nodes").stream()
        .anyMatch(node -> node.text("name").equals(name));
  }

  /** A machine's name for a path: only names that cannot break out of it are sent. */
  static String checked(String text) {
    if (!text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,252}")) {
      throw new CliFailure(
          ExitCode.USAGE, "'" + text + "' (expected: the name of a machine or zone)");
    }
    return text;
  }
}
