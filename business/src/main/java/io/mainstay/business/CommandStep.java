package io.mainstay.business;

import io.mainstay.model.spec.TransactionSpec.Action;
import io.mainstay.ports.ProcessHost.CommandOutcome;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A command by the rules of Nagios plugins, with the variables of the service: exit 0 and 1 pass;
 * 3, and what a shell answers that cannot run it, say nothing; any other code is a failure, as with
 * checks.
 */
final class CommandStep {
  private static final int GIVES_NO_VERDICT = 3;
  private static final int NOT_EXECUTABLE = 126;
  private static final int NOT_FOUND = 127;

  private final Commands commands;

  CommandStep(Commands commands) {
    this.commands = commands;
  }

  SequencedMap<String, String> perform(Action.Run run, Attempt attempt)
      throws StepFailure, InterruptedException {
    ServiceEnvironment environment = attempt.names().environment();
    Duration left = attempt.left();
    CommandOutcome outcome =
        commands.run(
            attempt.names().expand(run.command()),
            environment.directory(),
            environment.all(),
            Optional.empty(),
            left);
    String line = outcome.output().lines().findFirst().orElse("").strip();
    String said = line.isEmpty() ? "" : ": " + Quoting.shorten(line);
    if (outcome.code().isEmpty()) {
      String reason = outcome.problem().orElse("it did not end by itself") + said;
      // Its time is up, or it was never begun or killed by somebody.
      throw attempt.isLate() ? StepFailure.failed(reason) : StepFailure.unknown(reason);
    }
    switch (outcome.code().getAsInt()) {
      case 0, 1 -> {}
      case GIVES_NO_VERDICT, NOT_EXECUTABLE, NOT_FOUND ->
          throw StepFailure.unknown("exit code " + outcome.code().getAsInt() + said);
      default -> throw StepFailure.failed("exit code " + outcome.code().getAsInt() + said);
    }
    SequencedMap<String, String> captured = new LinkedHashMap<>();
    run.capture().ifPresent(name -> captured.put(name, line));
    return captured;
  }
}
