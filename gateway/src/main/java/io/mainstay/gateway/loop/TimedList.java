package io.mainstay.gateway.loop;

import org.jspecify.annotations.Nullable;

/** An intrusive list: adding and removing cost a few writes. Only on the loop that owns it. */
public final class TimedList {
  private @Nullable Timed first;
  private @Nullable Timed cursor;
  private int size;

  /** Adds it, unless it is listed already. */
  public void add(Timed timed) {
    if (timed.listed) {
      return;
    }
    timed.listed = true;
    timed.previous = null;
    timed.next = first;
    if (first != null) {
      first.previous = timed;
    }
    first = timed;
    size++;
  }

  /** Removes it; no effect if it is not listed. */
  @SuppressWarnings("ReferenceEquality") // this very one
  public void remove(Timed timed) {
    if (!timed.listed) {
      return;
    }
    timed.listed = false;
    if (cursor == timed) {
      cursor = timed.next;
    }
    if (timed.previous != null) {
      timed.previous.next = timed.next;
    } else {
      first = timed.next;
    }
    if (timed.next != null) {
      timed.next.previous = timed.previous;
    }
    timed.previous = null;
    timed.next = null;
    size--;
  }

  /** How many are listed. */
  public int size() {
    return size;
  }

  /** Calls {@code expired} of each whose deadline has passed; they may be removed meanwhile. */
  public void expire(long now) {
    Timed timed = first;
    while (timed != null) {
      cursor = timed.next;
      if (timed.isDue(now)) {
        timed.expired(now);
      }
      timed = cursor;
    }
  }
}
