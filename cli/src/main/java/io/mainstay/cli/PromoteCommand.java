package io.mainstay.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mainstay promote}. */
@Command(
    name = "promote",
    description = "Makes a standby serve.",
    footer = {"", "Example:", "  mainstay promote shop-4"})
final class PromoteCommand extends ForcibleCommand {
  @Parameters(paramLabel = "INSTANCE", description = "Its name, such as shop-1.")
  private String subject = "";

  PromoteCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    Body body = body();
    return act(
        client(),
        "/api/v1/instances/" + name(subject, "an instance such as shop-1") + "/promote",
        body);
  }
}
