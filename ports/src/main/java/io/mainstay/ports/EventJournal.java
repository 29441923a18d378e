package io.mainstay.ports;

import io.mainstay.model.Event;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Stores events, bounded, and hands them out. Any thread. A write that fails (disk full) never
 * throws: the event stays in memory and the trouble is counted and reported once.
 */
public interface EventJournal {
  /** Stores an event whose cursor is empty; answers it with its cursor. */
  Event append(Event event);

  /**
   * Events after a cursor, oldest first.
   *
   * @param cursor empty: from the oldest that is kept; an unknown or forgotten one counts as empty
   * @param limit at most that many
   */
  List<Event> after(Optional<String> cursor, int limit);

  /**
   * Whether a cursor may have been handed out by this journal, be it forgotten by now: one that is
   * no cursor, or lies in the future, was not.
   */
  boolean knows(String cursor);

  /** The newest events, oldest first. */
  List<Event> latest(int limit);

  /** Calls {@code listener} for each event stored from now on, in order; on the writer's thread. */
  AutoCloseable subscribe(Consumer<Event> listener);
}
