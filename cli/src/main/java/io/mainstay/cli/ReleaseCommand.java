package io.mainstay.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mainstay release}. */
@Command(
    name = "release",
    description = "Ends a drain or an isolation; also tries a parked instance at once.",
    footer = {"", "Example:", "  mainstay release shop-2"})
final class ReleaseCommand extends ForcibleCommand {
  @Parameters(paramLabel = "INSTANCE", description = "Its name, such as shop-1.")
  private String subject = "";

  ReleaseCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    Body body = body();
    AdminClient client = client();
    if (NodesCommand.isNode(client, subject)) {
      return act(client, "/api/v1/nodes/" + NodesCommand.checked(subject) + "/release", body);
    }
    return act(
        client,
        "/api/v1/instances/" + name(subject, "an instance such as shop-1") + "/release",
        body);
  }
}
