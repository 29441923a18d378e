package io.mainstay.decisions.lifecycle;

import java.util.Locale;

/** The turning points of an instance at which a command of the user may run. */
public enum HookMoment {
  SETUP,
  START,
  READY,
  DRAIN,
  STOP;

  /** The key under {@code hooks:}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
