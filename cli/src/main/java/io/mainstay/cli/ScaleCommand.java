package io.mainstay.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay scale}. */
@Command(
    name = "scale",
    description = "Sets the number of serving instances by hand, clamped to min and max.",
    footer = {
      "",
      "Ends with --for, 'mainstay resume SERVICE', or an apply that changes replicas.",
      "Example:",
      "  mainstay scale shop 6 --for 1h"
    })
final class ScaleCommand extends ForcibleCommand {
  @Parameters(index = "0", paramLabel = "SERVICE", description = "Its name.")
  private String service = "";

  @Parameters(index = "1", paramLabel = "N", description = "How many are to serve.")
  private int replicas;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description = "Ends by itself after that long, such as 1h.")
  private @Nullable String duration;

  ScaleCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    Body body = body().number("replicas", replicas);
    if (duration != null) {
      body.text("for", duration);
    }
    return act(client(), "/api/v1/services/" + name(service, "a service") + "/scale", body);
  }
}
