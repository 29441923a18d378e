package io.mainstay.cli;

import io.mainstay.model.spec.SpecProblem;
import java.util.List;

/** Shows what is wrong with a file. */
final class SpecProblems {
  private SpecProblems() {}

  /** All of them, as JSON on standard output or as lines on standard error. */
  static void show(List<SpecProblem> problems, boolean json, Screen screen) {
    if (json) {
      screen.line(json(problems));
    } else {
      problems.forEach(problem -> screen.note(problem.describe()));
      screen.note(Words.count(problems.size(), "error"));
    }
  }

  private static String json(List<SpecProblem> problems) {
    return "{\"errors\":["
        + String.join(
            ",",
            problems.stream()
                .map(problem ->
                    new Body()
                        .text("file", problem.file())
                        .number("line", problem.line())
                        .number("column", problem.column())
                        .text("key", problem.key())
                        .text("value", problem.value())
                        .text("expected", problem.expected())
                        .optional("nearest", problem.nearest())
                        .json())
                .toList())
        + "]}";
  }
}
