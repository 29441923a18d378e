package io.mainstay.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mainstay restore}. */
@Command(
    name = "restore",
    description =
        "Ends a diversion, or starts a service that was shut down: requests go to it again.",
    footer = {"", "Example:", "  mainstay restore shop"})
final class RestoreCommand extends ActCommand {
  @Parameters(paramLabel = "SERVICE", description = "Its name.")
  private String service = "";

  RestoreCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    return act(client(), "/api/v1/services/" + name(service, "a service") + "/restore", body());
  }
}
