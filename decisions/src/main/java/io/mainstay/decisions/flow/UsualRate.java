package io.mainstay.decisions.flow;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * What is usual at an hour of the day, learned from whole hours of the last seven days, working
 * days and weekends (UTC) apart; and whether it is unusually quiet. To be cautious, the least of
 * the days and of the hours before and after counts, and half of that. 168 numbers and one an hour
 * of minutes. Not thread-safe.
 */
final class UsualRate {
  private static final int DAYS = 7;
  private static final int HOURS = 24;
  private static final int MINUTES = 60;
  private static final int UNKNOWN = -1;

  /** At least so many days of its kind are known. */
  private static final int FEWEST_DAYS = 2;

  private static final int[] WINDOWS = {2, 5, 10, 20, 40, 60};

  /** By day of the week and hour: how many came in the last one of these hours. */
  private final long[][] hours = new long[DAYS][HOURS];

  private final long[] minutes = new long[MINUTES];
  private long minute;
  private long sinceMinute;
  private long thisHour;

  /** The first whole hour that was seen from its beginning. */
  private long firstHour;

  private int proof;

  /**
   * It is unusually quiet.
   *
   * @param came in the window
   * @param usual at least, in a window of that length
   * @param windowMinutes its length
   */
  record Quiet(long came, double usual, int windowMinutes) {}

  /** Begins to learn. */
  UsualRate(Instant now) {
    begin(now.getEpochSecond() / 60);
  }

  private void begin(long at) {
    for (long[] day : hours) {
      Arrays.fill(day, UNKNOWN);
    }
    restart(at);
  }

  private void restart(long at) {
    Arrays.fill(minutes, 0);
    minute = at;
    sinceMinute = at + 1;
    thisHour = 0;
    firstHour = at / 60 + 1;
    proof = 0;
  }

  /** So many came until now since this was last called. */
  void came(Instant now, long number) {
    long at = now.getEpochSecond() / 60;
    if (at < minute || at - minute >= MINUTES) {
      // The clock was set, or nobody looked: what came meanwhile is not known.
      restart(at);
    }
    while (minute < at) {
      minute++;
      minutes[(int) (minute % MINUTES)] = 0;
      if (minute % 60 == 0) {
        hourEnded(minute / 60 - 1);
      }
    }
    minutes[(int) (minute % MINUTES)] += number;
    thisHour += number;
  }

  private void hourEnded(long hour) {
    if (hour >= firstHour) {
      hours[day(hour)][(int) (hour % HOURS)] = thisHour;
    }
    thisHour = 0;
  }

  /** From 0 for Monday. */
  private static int day(long hour) {
    // The epoch began on a Thursday.
    return (int) ((hour / HOURS + 3) % DAYS);
  }

  /** What comes in a minute at this hour at least; empty if that is not known yet. */
  Optional<Double> usual() {
    long hour = minute / 60;
    boolean weekend = day(hour) >= 5;
    long least = Long.MAX_VALUE;
    int known = 0;
    for (int day = weekend ? 5 : 0; day < (weekend ? 7 : 5); day++) {
      long ofDay = Long.MAX_VALUE;
      for (int near = -1; near <= 1; near++) {
        int at = (int) Math.floorMod(hour + near, (long) HOURS);
        ofDay = Math.min(ofDay, hours[day][at]);
      }
      if (ofDay != UNKNOWN) {
        known++;
        least = Math.min(least, ofDay);
      }
    }
    return known < FEWEST_DAYS ? Optional.empty() : Optional.of(least / 60.0);
  }

  /** Whether it is unusually quiet, and in which window up to the last whole minute. */
  Optional<Quiet> quiet() {
    Optional<Double> usual = usual();
    if (usual.isEmpty()) {
      proof = 0;
      return Optional.empty();
    }
    for (int window : WINDOWS) {
      Quiet seen = look(window, usual.get());
      boolean still = window == proof && seen.came() < seen.usual() / 4;
      if (still || isProof(seen)) {
        proof = window;
        return Optional.of(seen);
      }
    }
    proof = 0;
    return Optional.empty();
  }

  private boolean isProof(Quiet seen) {
    return minute - sinceMinute >= seen.windowMinutes()
        && Chance.ofSoFew(seen.came(), seen.usual() / 2) >= FlowWindow.PROOF;
  }

  private Quiet look(int window, double usual) {
    long came = 0;
    for (int back = 1; back <= Math.min(window, MINUTES - 1); back++) {
      came += minutes[(int) Math.floorMod(minute - back, (long) MINUTES)];
    }
    return new Quiet(came, usual * Math.min(window, MINUTES - 1), window);
  }
}
