package io.mainstay.decisions.flow;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.state.FlowSighting;
import io.mainstay.model.state.FlowStatus.Lost;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Puts both sides of one flow together by their keys. What begins it is followed, or it is missing
 * once its time is over; what follows may come first. Memory is bounded: of more than {@link
 * Keys#MOST} keys only each second, fourth, … is followed, chosen by its hash, so that both sides
 * are the same ones. Not thread-safe; to be given sightings in the order of their times.
 */
final class FlowMatcher {
  /** What follows may come that much earlier at most. */
  static final Duration EARLY = Duration.ofMinutes(1);

  /** Keys that are done are remembered for that long at least, if there is room. */
  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  private static final int MOST_TEXTS = 4096;
  private static final int MOST_LOST = 20;

  private final long within;
  private final long early;
  private final long remembered;
  private final Keys keys = new Keys();

  /** Newest last. */
  private final ArrayDeque<LostKey> lost = new ArrayDeque<>();

  /** What followed without a key before anything began. */
  private final Surplus surplus;

  /** What followed without a key while only some of what begins is followed. */
  private long uneven;

  /** How many of the highest bits of a key must be 0, of what begins and of what follows. */
  private int whenBits;

  private int thenBits;

  /** What begins is counted from here on: what follows may have come before. */
  private long countsFrom;

  private long widerFrom;

  /** Of what began up to here, what followed may have been lost. */
  private long blindUntil;

  private int begun;
  private int followed;
  private int missing;
  private int late;

  /** A key that was not followed in time. */
  private record LostKey(long key, Lost shown) {}

  /**
   * What was settled since this was last asked.
   *
   * @param begun those that began
   * @param followed in time
   * @param missing not in time
   * @param late those once counted as missing that were followed after all
   */
  record Settled(int begun, int followed, int missing, int late) {}

  /** Of a flow that is watched from {@code now} on. */
  FlowMatcher(Duration time, MonotonicTime now) {
    within = time.toNanos();
    early = Math.min(within, EARLY.toNanos());
    remembered = Math.max(within, REMEMBERED.toNanos());
    countsFrom = now.nanos() + early;
    blindUntil = now.nanos();
    surplus = new Surplus(early, now.nanos());
  }

  /** One side was seen, with its key. */
  void take(FlowSighting seen) {
    long now = seen.time().nanos();
    switch (seen.side()) {
      case WHEN -> begins(seen, now);
      case THEN -> follows(seen, now);
    }
  }

  private void begins(FlowSighting seen, long now) {
    if (now - countsFrom < 0 || !isFollowed(seen.key(), whenBits)) {
      return;
    }
    int at = keys.find(seen.key());
    if (at == Keys.NONE && surplus.take(now)) {
      begun++;
      followed++;
      add(seen.key(), Keys.DONE, now, "");
    } else if (at == Keys.NONE) {
      begun++;
      boolean keeps = keys.size(Keys.OPEN) < MOST_TEXTS;
      add(seen.key(), Keys.OPEN, now, keeps ? seen.text() : "");
    } else if (keys.listOf(at) == Keys.EARLY && now - keys.time(at) <= early) {
      begun++;
      followed++;
      keys.move(at, Keys.DONE, now);
    } else if (keys.listOf(at) == Keys.EARLY) {
      begun++;
      keys.remove(at);
      add(seen.key(), Keys.OPEN, now, seen.text());
    }
  }

  private void follows(FlowSighting seen, long now) {
    if (!isFollowed(seen.key(), thenBits)) {
      return;
    }
    int at = keys.find(seen.key());
    if (at == Keys.NONE) {
      if (!isLate(seen.key(), now)) {
        add(seen.key(), Keys.EARLY, now, "");
      }
    } else if (keys.listOf(at) == Keys.OPEN && now - keys.time(at) <= within) {
      followed++;
      keys.move(at, Keys.DONE, now);
    } else if (keys.listOf(at) == Keys.OPEN) {
      miss(at);
      isLate(seen.key(), now);
    }
  }

  /**
   * So many followed from then on, without keys. The eldest that are open have them: if one in
   * twenty is lost, one in twenty grows too old, though perhaps another one.
   */
  void followed(long number, MonotonicTime from) {
    long now = from.nanos();
    uneven += number;
    long left = uneven >> whenBits;
    uneven -= left << whenBits;
    int at = keys.eldest(Keys.OPEN);
    while (left > 0 && at != Keys.NONE) {
      if (now - keys.time(at) > within) {
        miss(at);
      } else {
        followed++;
        left--;
        keys.move(at, Keys.DONE, now);
      }
      at = keys.eldest(Keys.OPEN);
    }
    if (left > 0) {
      surplus.add(left, now);
    }
  }

  /** Whether it follows something that was given up; noted if so. */
  private boolean isLate(long key, long now) {
    for (LostKey one : lost) {
      if (one.key() == key && one.shown().lateBy().isEmpty()) {
        Duration by = Duration.ofNanos(now - one.shown().began().nanos() - within);
        Lost shown = new Lost(one.shown().text(), one.shown().began(), Optional.of(by));
        lost.remove(one);
        lost.addLast(new LostKey(key, shown));
        late++;
        return true;
      }
    }
    return false;
  }

  private static boolean isFollowed(long key, int bits) {
    return bits == 0 || key >>> (Long.SIZE - bits) == 0;
  }

  private void add(long key, int list, long now, String text) {
    while (keys.size() >= Keys.MOST) {
      int done = keys.eldest(Keys.DONE);
      if (done == Keys.NONE) {
        followFewer();
      } else {
        keys.remove(done);
      }
    }
    if (isFollowed(key, list == Keys.OPEN ? whenBits : thenBits)) {
      keys.add(key, list, now, text);
    } else if (list == Keys.OPEN) {
      begun--;
    }
  }

  private void followFewer() {
    thenBits = Math.max(whenBits, thenBits) + 1;
    whenBits = thenBits;
    for (int list = Keys.OPEN; list <= Keys.EARLY; list++) {
      int at = keys.eldest(list);
      while (at != Keys.NONE) {
        int next = keys.next(at);
        if (!isFollowed(keys.key(at), thenBits)) {
          if (list == Keys.OPEN) {
            begun--;
          }
          keys.remove(at);
        }
        at = next;
      }
    }
  }

  /** Sightings between these times were lost: nothing that began about then counts as missing. */
  void lostSightings(MonotonicTime until) {
    blindUntil = Math.max(blindUntil, until.nanos() + early);
  }

  /** Everything up to then was taken: gives up what has not been followed by now. */
  Settled settle(MonotonicTime upTo) {
    long now = upTo.nanos();
    int at = keys.eldest(Keys.OPEN);
    while (at != Keys.NONE && now - keys.time(at) > within) {
      miss(at);
      at = keys.eldest(Keys.OPEN);
    }
    expire(Keys.EARLY, now - early);
    surplus.expire(now);
    expire(Keys.DONE, now - remembered);
    followMore(now);
    Settled settled = new Settled(begun, followed, missing, late);
    begun = 0;
    followed = 0;
    missing = 0;
    late = 0;
    return settled;
  }

  private void expire(int list, long before) {
    int at = keys.eldest(list);
    while (at != Keys.NONE && keys.time(at) - before < 0) {
      keys.remove(at);
      at = keys.eldest(list);
    }
  }

  /** What follows is kept first: it may come before what begins it. */
  private void followMore(long now) {
    if (whenBits > thenBits) {
      if (now - widerFrom >= 0) {
        whenBits = thenBits;
      }
    } else if (thenBits > 0 && keys.size(Keys.OPEN) + keys.size(Keys.EARLY) < Keys.MOST / 8) {
      thenBits--;
      widerFrom = now + early;
    }
  }

  private void miss(int at) {
    long began = keys.time(at);
    if (began - blindUntil > 0) {
      missing++;
      if (lost.size() == MOST_LOST) {
        lost.removeFirst();
      }
      lost.addLast(
          new LostKey(
              keys.key(at), new Lost(keys.text(at), new MonotonicTime(began), Optional.empty())));
    }
    keys.remove(at);
  }

  /** One key in so many is followed. */
  long oneIn() {
    return 1L << Math.max(whenBits, thenBits);
  }

  /** Keys that were not followed in time, the newest last. */
  List<Lost> lost() {
    List<Lost> shown = new ArrayList<>();
    lost.forEach(one -> shown.add(one.shown()));
    return Collections.unmodifiableList(shown);
  }

  /** Keys that are kept. */
  int kept() {
    return keys.size();
  }
}
