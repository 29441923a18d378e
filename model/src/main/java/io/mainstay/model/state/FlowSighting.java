package io.mainstay.model.state;

import io.mainstay.model.MonotonicTime;

/**
 * A request of a user that is one side of a flow, once it was answered.
 *
 * @param flow whose side it is
 * @param side which one
 * @param time when the answer ended, by the clock of the server that reports it
 * @param outcome whether its key could be read
 * @param key 64 bits of its key, the same on every server; 0 without a key
 * @param text the key itself, cut after 64 characters; empty without a key
 */
public record FlowSighting(
    FlowKey flow, Side side, MonotonicTime time, Outcome outcome, long key, String text) {
  /** What of a flow a request is. */
  public enum Side {
    /** It begins it. */
    WHEN,
    /** It follows. */
    THEN
  }

  /** Whether a key could be read. */
  public enum Outcome {
    /** It was. */
    SEEN,
    /** Neither answer nor request has one where it should stand. */
    NO_KEY,
    /** The body is not JSON, is compressed, or does not show it in its first 64 KiB. */
    UNREADABLE,
    /** What would follow was asked for, but not answered as expected; without a key. */
    REFUSED
  }
}
