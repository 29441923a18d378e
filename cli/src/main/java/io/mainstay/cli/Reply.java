package io.mainstay.cli;

import java.util.List;

/** What the server answered. */
final class Reply {
  private final int status;
  private final byte[] body;

  /** The body is not copied. */
  Reply(int status, byte[] body) {
    this.status = status;
    this.body = body;
  }

  int status() {
    return status;
  }

  byte[] body() {
    return body;
  }

  boolean isDone() {
    return status < 300;
  }

  JsonTree json() {
    return JsonTree.read(body);
  }

  /** What an error of the server means for the command: its problem document as a message. */
  CliFailure failure() {
    if (body.length == 0 || body[0] != '{') {
      return new CliFailure(
          ExitCode.FAILED, "the server answered " + status + " (is it Mainstay?)");
    }
    JsonTree problem = json();
    List<JsonTree> errors = problem.list("errors");
    if (!errors.isEmpty()) {
      return CliFailure.ofFile(
          String.join("\n", errors.stream().map(Reply::describe).toList())
              + "\n"
              + Words.count(errors.size(), "error")
              + "; nothing was changed");
    }
    String detail = problem.text("detail");
    return switch (status) {
      case 409 -> new CliFailure(ExitCode.REFUSED, refusal(detail, problem));
      case 400, 413, 415 -> new CliFailure(ExitCode.USAGE, detail);
      default -> new CliFailure(ExitCode.FAILED, detail.isEmpty() ? problem.text("title") : detail);
    };
  }

  private static String refusal(String detail, JsonTree problem) {
    StringBuilder text = new StringBuilder("refused by the governor: ").append(detail);
    problem
        .texts("evidence")
        .forEach((name, value) -> text.append("\n  ").append(name).append(": ").append(value));
    return text.append("\n--force overrules it").toString();
  }

  /** One error of a file, as {@code SpecProblem.describe} shows it. */
  private static String describe(JsonTree error) {
    String nearest = error.text("nearest");
    return error.text("file")
        + ":"
        + error.text("line")
        + ":"
        + error.text("column")
        + ": "
        + error.text("key")
        + ": "
        + error.text("value")
        + " (expected: "
        + error.text("expected")
        + (nearest.isEmpty() ? "" : "; did you mean '" + nearest + "'?")
        + ")";
  }
}
