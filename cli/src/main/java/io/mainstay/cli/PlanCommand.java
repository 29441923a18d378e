package io.mainstay.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mainstay plan}. */
@Command(
    name = "plan",
    description = "Says what apply would do, naming every instance; changes nothing.",
    footer = {"", "Example:", "  mainstay plan mainstay.yaml"})
final class PlanCommand extends ServerCommand {
  @Parameters(paramLabel = "FILE", description = "The file.")
  private Path file = Path.of("");

  @Mixin private OutputOption output = new OutputOption();

  PlanCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    Reply reply = ApplyCommand.put(client(), SpecFile.read(file), true, "");
    if (output.isJson()) {
      return raw(reply.body());
    }
    List<JsonTree> steps = reply.json().list("steps");
    if (steps.isEmpty()) {
      screen.line("nothing differs");
      return ExitCode.DONE;
    }
    Table table = new Table(screen, "ACTION", "WHAT", "WHY");
    for (JsonTree step : steps) {
      table.row(sign(step.text("action")), subject(step), step.text("reason"));
    }
    table.lines().forEach(screen::line);
    screen.line("");
    screen.line(summary(steps));
    return ExitCode.DONE;
  }

  private static String sign(String action) {
    return switch (action) {
          case "start", "open-listener" -> "+ ";
          case "stop", "close-listener" -> "- ";
          default -> "~ ";
        }
        + action;
  }

  private static String subject(JsonTree step) {
    for (String field : List.of("instance", "listener", "service")) {
      if (!step.text(field).isEmpty()) {
        return step.text(field);
      }
    }
    return "";
  }

  private static String summary(List<JsonTree> steps) {
    return number(steps, "start")
        + " to start, "
        + number(steps, "replace")
        + " to replace, "
        + number(steps, "stop")
        + " to stop";
  }

  private static long number(List<JsonTree> steps, String action) {
    return steps.stream()
        .filter(step -> step.text("action").equals(action) && !step.text("instance").isEmpty())
        .count();
  }
}
