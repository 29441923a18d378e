package io.mainstay.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mainstay resume}. */
@Command(
    name = "resume",
    description = "Automation on again; ends a count that was set by hand.",
    footer = {"", "Example:", "  mainstay resume shop"})
final class ResumeCommand extends ActCommand {
  @Parameters(arity = "0..1", paramLabel = "SERVICE", description = "Only this one; default: all.")
  private @Nullable String service;

  ResumeCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    Body body = body();
    String subject = service == null ? "server" : "services/" + name(service, "a service");
    return act(client(), "/api/v1/" + subject + "/resume", body);
  }
}
