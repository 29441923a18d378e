package io.mainstay.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay isolate}. */
@Command(
    name = "isolate",
    description = "Takes an instance out of the traffic for a look at it; it is not restarted.",
    footer = {"", "Example:", "  mainstay isolate shop-2 --reason \"heap dump\""})
final class IsolateCommand extends ActCommand {
  @Parameters(paramLabel = "INSTANCE", description = "Its name, such as shop-1.")
  private String subject = "";

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description = "Ends by itself after that long, such as 10m.")
  private @Nullable String duration;

  @Option(names = "--force", description = "Overrule the governor.")
  private boolean force;

  IsolateCommand(CliContext context) {
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
        "/api/v1/instances/" + name(subject, "an instance such as shop-1") + "/isolate",
        body);
  }
}
