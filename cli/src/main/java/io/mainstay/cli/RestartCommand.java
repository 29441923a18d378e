package io.mainstay.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mainstay restart}. */
@Command(
    name = "restart",
    description = "Restarts an instance, or all of a service one after the other.",
    footer = {"", "Example:", "  mainstay restart shop --reason \"new secrets\" --wait"})
final class RestartCommand extends ForcibleCommand {
  @Parameters(paramLabel = "SERVICE|INSTANCE", description = "Its name, such as shop or shop-1.")
  private String subject = "";

  RestartCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    Body body = body();
    String name = name(subject, "a service or an instance");
    AdminClient client = client();
    // What can be no instance is asked for as a service, so that the answer tells the services.
    boolean service =
        !name.matches(".+-[0-9]+") || client.tryGet("/api/v1/services/" + name).isDone();
    return act(
        client, "/api/v1/" + (service ? "services/" : "instances/") + name + "/restart", body);
  }
}
