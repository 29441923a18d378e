package io.mainstay.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay evacuate}. */
@Command(
    name = "evacuate",
    description = "Keeps traffic away from a zone, if the others can carry it.",
    footer = {"", "Example:", "  mainstay evacuate b --for 1h", "  mainstay evacuate b --end"})
final class EvacuateCommand extends ForcibleCommand {
  @Parameters(paramLabel = "ZONE", description = "As machines have it by --label zone=….")
  private String zone = "";

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description = "Ends by itself after that long, such as 1h.")
  private @Nullable String duration;

  @Option(names = "--end", description = "Let traffic return.")
  private boolean end;

  EvacuateCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    Body body = body();
    String path = "/api/v1/zones/" + NodesCommand.checked(zone);
    if (end) {
      return act(client(), path + "/restore", body);
    }
    if (duration != null) {
      body.text("for", duration);
    }
    return act(client(), path + "/evacuate", body);
  }
}
