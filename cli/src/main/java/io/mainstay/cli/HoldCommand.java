package io.mainstay.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** An act that takes one instance out of the traffic, for a time if that was said. */
abstract class HoldCommand extends ForcibleCommand {
  private final String act;

  @Parameters(paramLabel = "INSTANCE", description = "Its name, such as shop-1.")
  private String subject = "";

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description = "Ends by itself after that long, such as 10m.")
  private @Nullable String duration;

  /**
   * Makes one.
   *
   * @param act last part of the path of the API
   */
  HoldCommand(CliContext context, String act) {
    super(context);
    this.act = act;
  }

  @Override
  public Integer call() {
    Body body = body();
    if (duration != null) {
      body.text("for", duration);
    }
    AdminClient client = client();
    if (act.equals("drain") && NodesCommand.isNode(client, subject)) {
      return act(client, "/api/v1/nodes/" + NodesCommand.checked(subject) + "/drain", body);
    }
    return act(
        client,
        "/api/v1/instances/" + name(subject, "an instance such as shop-1") + "/" + act,
        body);
  }
}
