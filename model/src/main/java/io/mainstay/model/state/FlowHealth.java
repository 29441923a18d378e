package io.mainstay.model.state;

import java.util.Locale;

/** What real traffic says about a flow. */
public enum FlowHealth {
  /** Too little was seen. */
  UNKNOWN,
  /** Enough of those begun are followed. */
  PASSING,
  /** Too many are not: more than chance explains. */
  FAILING,
  /** Far fewer begin than is usual at this hour. */
  SILENT;

  /** As it is shown. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
