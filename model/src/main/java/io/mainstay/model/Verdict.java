package io.mainstay.model;

import java.util.Locale;

/** What the evidence says about a service. */
public enum Verdict {
  HEALTHY,
  DEGRADED,
  FAILING,
  DOWN,
  DIVERTED,
  UNKNOWN;

  /** The lower-case name that users see. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
