package io.mainstay.model.state;

import java.util.Locale;

/** How a node stands, as the leader sees it. */
public enum NodeState {
  /** It is known, and nothing can run there yet. */
  JOINING,
  /** Its session lives. */
  READY,
  /** It is emptied, by an operator or since it is not needed. */
  DRAINING,
  /** Its session is gone; what runs there may well go on. */
  SUSPECT,
  /** It is gone, by the word of two witnesses. */
  LOST,
  /** It is not to come back. */
  REMOVED;

  /** The lower-case name that users see. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
