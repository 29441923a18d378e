package io.mainstay.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay drain}. */
@Command(
    name = "drain",
    description = "Takes an instance out of the traffic; its process goes on.",
    footer = {"", "Example:", "  mainstay drain shop-2 --for 10m --wait"})
final class DrainCommand extends ActCommand {
  @Parameters(paramLabel = "INSTANCE", description = "Its name, such as shop-1.")
  private String subject = "";

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description = "Ends by itself after that long, such as 10m.")
  private @Nullable String duration;

  @Option(names = "--force", description = "Overrule the governor.")
  private boolean force;

  DrainCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    Body body = body();
    if (duration != null) {
      body.text("for", duration);
    }
    if (force) {
      body.flag("force", true);
    }
    return act(
        client(),
        "/api/v1/instances/" + name(subject, "an instance such as shop-1") + "/drain",
        body);
  }
}
