package io.mainstay.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mainstay remove}. */
@Command(
    name = "remove",
    description = "Forgets a machine that is not to come back.",
    footer = {
      "",
      "Drain it first; one that is still there is removed only by --force.",
      "Example:",
      "  mainstay remove node-3"
    })
final class RemoveCommand extends ForcibleCommand {
  @Parameters(paramLabel = "NODE", description = "Its name.")
  private String node = "";

  RemoveCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    return act(client(), "/api/v1/nodes/" + NodesCommand.checked(node) + "/remove", body());
  }
}
