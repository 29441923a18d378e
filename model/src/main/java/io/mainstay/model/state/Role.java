package io.mainstay.model.state;

import java.util.Locale;

/**
 * Whether an instance is meant to be in the traffic or behind it. Written by the controller only.
 */
public enum Role {
  SERVING,
  STANDBY;

  /** The lower-case name that users see. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
