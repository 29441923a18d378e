package io.mainstay.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mainstay explain}. */
@Command(
    name = "explain",
    description = "Says why a service or an instance is in its state.",
    footer = {"", "Example:", "  mainstay explain shop-2"})
final class ExplainCommand extends ServerCommand {
  @Parameters(paramLabel = "SERVICE|INSTANCE", description = "Its name, such as shop or shop-1.")
  private String subject = "";

  @Mixin private OutputOption output = new OutputOption();

  ExplainCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    byte[] answer =
        client().getBytes("/api/v1/explain/" + name(subject, "a service or an instance"));
    if (output.isJson()) {
      return raw(answer);
    }
    JsonTree tree = JsonTree.read(answer);
    String state = tree.text("state");
    screen.line(
        tree.text("subject")
            + " is "
            + Colour.of(state).paint(state, screen.colour())
            + ": "
            + tree.text("reason"));
    List<JsonTree> findings = tree.list("findings");
    for (JsonTree finding : findings) {
      screen.line("");
      screen.line(
          Words.time(finding.text("time"))
              + "  "
              + finding.text("decider")
              + ": "
              + finding.text("decision"));
      screen.line("  " + finding.text("reason"));
      finding.texts("evidence").forEach((name, value) -> screen.line("  " + name + ": " + value));
    }
    return ExitCode.DONE;
  }
}
