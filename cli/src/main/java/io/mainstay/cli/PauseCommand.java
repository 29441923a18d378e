package io.mainstay.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay pause}. */
@Command(
    name = "pause",
    description =
        "Automation off: remedies, scaling, updates. Running, routing and ejection go on.",
    footer = {"", "Example:", "  mainstay pause shop --for 1h"})
final class PauseCommand extends ActCommand {
  @Parameters(arity = "0..1", paramLabel = "SERVICE", description = "Only this one; default: all.")
  private @Nullable String service;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description = "Ends by itself after that long, such as 1h.")
  private @Nullable String duration;

  PauseCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    Body body = body();
    if (duration != null) {
      body.text("for", duration);
    }
    String subject = service == null ? "server" : "services/" + name(service, "a service");
    return act(client(), "/api/v1/" + subject + "/pause", body);
  }
}
