package io.mainstay.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
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
    judgement(tree);
    evidence(tree.list("evidence"));
    findings("held back:", tree.list("heldBack"));
    findings(
        "decisions:",
        tree.list("findings").stream()
            .filter(one -> !one.text("decision").startsWith("refuse "))
            .toList());
    return ExitCode.DONE;
  }

  private void judgement(JsonTree tree) {
    JsonTree judgement = tree.get("judgement");
    if (judgement.isEmpty()) {
      return;
    }
    screen.line("");
    screen.line(
        "by the evidence: "
            + judgement.text("state")
            + (judgement.flag("flapping") ? " and flaps" : "")
            + " ("
            + judgement.text("rule")
            + ")");
    for (JsonTree overruled : judgement.list("overruled")) {
      screen.line("  overruled: " + overruled.text());
    }
    List<JsonTree> witnesses = judgement.list("witnesses");
    if (!witnesses.isEmpty()) {
      screen.line(
          "  against it: "
              + witnesses.stream().map(JsonTree::text).collect(Collectors.joining(", ")));
    }
  }

  private void evidence(List<JsonTree> evidence) {
    if (evidence.isEmpty()) {
      return;
    }
    screen.line("");
    screen.line("evidence:");
    for (JsonTree one : evidence) {
      int count = one.count("count");
      screen.line(
          "  "
              + Words.time(one.text("last"))
              + "  "
              + String.format(Locale.ROOT, "%-6s", one.text("sense"))
              + one.text("source")
              + ": "
              + one.text("reason")
              + (count > 1
                  ? " (" + count + " times since " + Words.time(one.text("first")) + ")"
                  : ""));
    }
  }

  private void findings(String title, List<JsonTree> findings) {
    if (findings.isEmpty()) {
      return;
    }
    screen.line("");
    screen.line(title);
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
  }
}
