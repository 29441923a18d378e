package io.mainstay.simulator;

import io.mainstay.model.state.CommandResult;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** A command on its way to another server: one answer, or none in its time. */
final class CommandCall {
  private static final Duration PATIENCE = Duration.ofSeconds(25);

  private final Consumer<CommandResult> done;
  private Optional<CommandResult> result = Optional.empty();
  private boolean answered;
  private boolean over;

  CommandCall(NodeMailbox box, Consumer<CommandResult> done) {
    this.done = done;
    box.after(
        PATIENCE, () -> end(new CommandResult.Invalid("the server that decides cannot be asked")));
  }

  /** The other server has an answer. */
  void result(CommandResult found) {
    result = Optional.of(found);
    look();
  }

  /** Its answer may come through. */
  void answer() {
    answered = true;
    look();
  }

  private void look() {
    if (answered) {
      result.ifPresent(this::end);
    }
  }

  private void end(CommandResult found) {
    if (!over) {
      over = true;
      done.accept(found);
    }
  }
}
