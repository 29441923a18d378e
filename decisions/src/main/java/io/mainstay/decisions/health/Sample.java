package io.mainstay.decisions.health;

/** What one probe said. */
public enum Sample {
  PASS,
  /** A pass with a remark. */
  WARNING,
  FAIL,
  /** No answer in time, or a broken probe. */
  UNKNOWN,
  /** A push check was silent for longer than it may be: that alone is enough. */
  SILENT
}
