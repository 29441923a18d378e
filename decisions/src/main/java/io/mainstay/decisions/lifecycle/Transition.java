package io.mainstay.decisions.lifecycle;

import io.mainstay.model.EventKind;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an event leads to.
 *
 * @param next the state from now on
 * @param actions to be done, in order; none if ignored
 * @param reason one sentence, never blank
 * @param ignored whether the event means nothing here (late, repeated, or not its turn)
 */
public record Transition(
    LifecycleState next, List<LifecycleAction> actions, String reason, boolean ignored) {
  /** Copies the list. */
  public Transition {
    if (reason.isBlank()) {
      throw new IllegalArgumentException("reason: blank (expected: one sentence)");
    }
    actions = List.copyOf(actions);
  }

  static Transition to(LifecycleState next, String reason) {
    return new Transition(next, List.of(), reason, false);
  }

  static Transition ignored(LifecycleState state, String reason) {
    return new Transition(state, List.of(), reason, true);
  }

  Transition then(LifecycleAction... more) {
    return new Transition(
        next, Stream.concat(actions.stream(), Stream.of(more)).toList(), reason, ignored);
  }

  Transition thenIf(boolean condition, LifecycleAction action) {
    return condition ? then(action) : this;
  }

  Transition emit(EventKind kind) {
    return then(new LifecycleAction.Emit(kind, reason));
  }

  /** These actions first. */
  Transition after(List<LifecycleAction> earlier) {
    return new Transition(
        next, Stream.concat(earlier.stream(), actions.stream()).toList(), reason, ignored);
  }
}
