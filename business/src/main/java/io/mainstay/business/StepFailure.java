package io.mainstay.business;

import io.mainstay.model.state.TransactionRun.Outcome;

/** A step is not as expected, or nobody can tell. The message is the reason, one sentence. */
final class StepFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final Outcome outcome;

  private StepFailure(Outcome outcome, String reason) {
    super(reason, null, false, false);
    this.outcome = outcome;
  }

  /** The business is not as it should be. */
  static StepFailure failed(String reason) {
    return new StepFailure(Outcome.FAILED, reason);
  }

  /** Something of our own is broken or missing. */
  static StepFailure unknown(String reason) {
    return new StepFailure(Outcome.UNKNOWN, reason);
  }

  Outcome outcome() {
    return outcome;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
