package io.mainstay.model.state;

import java.util.Locale;

/** How a transaction stands. */
public enum TransactionHealth {
  /** It has not said anything yet. */
  UNKNOWN,
  /** Its last run passed, or it did not fail often enough yet. */
  PASSING,
  /** It failed as often in a row as the file says. */
  FAILING;

  /** The lower-case name that users see. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
