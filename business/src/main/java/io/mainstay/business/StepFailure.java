package io.mainstay.business;

import io.mainstay.model.state.TransactionRun.Outcome;

/** A step is not as expected, or nobody can tell. The message is the reason, one sentence. */
final class StepFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final Outcome outcome;
  private final boolean undefined;

  private StepFailure(Outcome outcome, String reason, boolean undefined) {
    super(reason, null, false, false);
    this.outcome = outcome;
    this.undefined = undefined;
  }

  /** The business is not as it should be. */
  static StepFailure failed(String reason) {
    return new StepFailure(Outcome.FAILED, reason, false);
  }

  /** Something of our own is broken or missing. */
  static StepFailure unknown(String reason) {
    return new StepFailure(Outcome.UNKNOWN, reason, false);
  }

  /** A name has no value: no step captured it, and nobody set it. */
  static StepFailure undefined(String name) {
    return new StepFailure(Outcome.UNKNOWN, "undefined name: " + name, true);
  }

  /** Whether it is for want of a value that nothing was done. */
  boolean isUndefined() {
    return undefined;
  }

  Outcome outcome() {
    return outcome;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
