package io.mainstay.model.state;

import java.util.Locale;

/**
 * Something that was asked for and takes time; can be polled.
 *
 * @param id opaque
 * @param what one phrase, such as {@code restart shop}
 * @param state how far it is
 * @param message what it did last or waits for
 */
public record Operation(String id, String what, State state, String message) {
  /** How far an operation is. */
  public enum State {
    RUNNING,
    DONE,
    FAILED;

    /** The lower-case name that users see. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
