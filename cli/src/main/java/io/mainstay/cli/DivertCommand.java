package io.mainstay.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay divert}. */
@Command(
    name = "divert",
    description = "Sends the requests of a service elsewhere: to its fallback, or to --to.",
    footer = {
      "",
      "What is under way finishes where it is. Ends with --for, or 'mainstay restore SERVICE'.",
      "Examples:",
      "  mainstay divert shop --for 10m --reason 'orders are lost'",
      "  mainstay divert shop --to shop-lite --share 50%"
    })
final class DivertCommand extends ForcibleCommand {
  @Parameters(paramLabel = "SERVICE", description = "Its name.")
  private String service = "";

  @Option(
      names = "--to",
      paramLabel = "SERVICE",
      description = "Where to, in place of the fallback of the file.")
  private @Nullable String to;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description = "Ends by itself after that long, such as 10m.")
  private @Nullable String duration;

  @Option(
      names = "--share",
      paramLabel = "SHARE",
      description = "Only that part of the requests, such as 50%%. Default: all.")
  private @Nullable String share;

  DivertCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    Body body = body();
    if (to != null) {
      body.text("to", name(to, "a service"));
    }
    if (duration != null) {
      body.text("for", duration);
    }
    if (share != null) {
      body.text("share", share);
    }
    return act(client(), "/api/v1/services/" + name(service, "a service") + "/divert", body);
  }
}
