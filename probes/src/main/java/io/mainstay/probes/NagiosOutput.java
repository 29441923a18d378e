package io.mainstay.probes;

import io.mainstay.ports.Prober.Outcome;
import io.mainstay.ports.ProcessHost.CommandOutcome;
import java.util.ArrayList;
import java.util.List;

/**
 * What a command says by the rules of Nagios plugins: the exit code decides; the first line up to a
 * bar is the message, what follows the bar is performance data; of further lines, everything behind
 * the next bar belongs to the performance data too. Source: Nagios Plugin Development Guidelines
 * and the behaviour of Nagios 4.
 *
 * @param outcome by the exit code
 * @param message one line
 * @param performanceData as written, joined by spaces
 */
record NagiosOutput(Outcome outcome, String message, String performanceData) {
  // What a shell answers when it cannot run a command.
  private static final int NOT_EXECUTABLE = 126;
  private static final int NOT_FOUND = 127;

  static NagiosOutput of(CommandOutcome outcome) {
    List<String> lines = outcome.output().lines().toList();
    String first = lines.isEmpty() ? "" : lines.getFirst();
    int bar = first.indexOf('|');
    String message = (bar < 0 ? first : first.substring(0, bar)).strip();
    List<String> data = new ArrayList<>();
    if (bar >= 0) {
      data.add(first.substring(bar + 1).strip());
    }
    boolean behindBar = false;
    for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
      int next = behindBar ? -1 : line.indexOf('|');
      if (behindBar || next >= 0) {
        behindBar = true;
        data.add(line.substring(next + 1).strip());
      }
    }
    data.removeIf(String::isEmpty);
    return new NagiosOutput(byCode(outcome), message(outcome, message), String.join(" ", data));
  }

  private static Outcome byCode(CommandOutcome outcome) {
    if (outcome.code().isEmpty()) {
      return Outcome.UNKNOWN;
    }
    return switch (outcome.code().getAsInt()) {
      case 0 -> Outcome.PASS;
      case 1 -> Outcome.WARNING;
      case 3, NOT_EXECUTABLE, NOT_FOUND -> Outcome.UNKNOWN;
      default -> Outcome.FAIL; // 2; Nagios takes any other code as critical too
    };
  }

  private static String message(CommandOutcome outcome, String said) {
    if (outcome.problem().isPresent()) {
      return outcome.problem().get() + (said.isEmpty() ? "" : ": " + said);
    }
    return said.isEmpty() ? "exit code " + outcome.code().orElse(-1) : said;
  }
}
