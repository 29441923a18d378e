package io.mainstay.decisions.health;

import io.mainstay.model.MonotonicTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * When the steady checks of one machine are asked. A period is divided into beats half a second
 * apart. Checks of the same period share a beat until it has some, and then take another one far
 * from it: so an idle machine wakes up seldom, and a busy one never asks all at once.
 *
 * @param every the period, at least {@link #SHORTEST}
 * @param index of the beat in its period, from 0
 */
public record CheckBeat(Duration every, int index) {
  /** Shorter periods have no beats. */
  public static final Duration SHORTEST = Duration.ofSeconds(1);

  /** What a beat takes before another one is begun; see {@link #choose}. */
  public static final int FULL = 8;

  private static final Duration APART = Duration.ofMillis(500);
  private static final double GOLDEN = 0.618;

  /** Whether checks of that period have beats. */
  public static boolean has(Duration every) {
    return every.compareTo(SHORTEST) >= 0;
  }

  /** How many beats a period has. */
  public static int count(Duration every) {
    return (int) Math.min(every.dividedBy(APART), 10_000);
  }

  /**
   * A beat for one more check.
   *
   * @param taken what each beat of the period has; as many as {@link #count} says
   * @param weight of the check, from 1 to {@link #FULL}
   */
  public static CheckBeat choose(Duration every, List<Integer> taken, int weight) {
    int least = -1;
    for (int index : order(taken.size())) {
      if (taken.get(index) > 0 && taken.get(index) + weight <= FULL) {
        return new CheckBeat(every, index);
      }
      if (least < 0 || taken.get(index) < taken.get(least)) {
        least = index;
      }
    }
    return new CheckBeat(every, least);
  }

  /** All beats, each far from those before it. */
  private static List<Integer> order(int count) {
    int stride = Math.max(1, (int) (count * GOLDEN));
    while (commonDivisor(stride, count) > 1) {
      stride++;
    }
    List<Integer> order = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      order.add((int) ((long) i * stride % count));
    }
    return order;
  }

  private static int commonDivisor(int one, int other) {
    return other == 0 ? one : commonDivisor(other, one % other);
  }

  /**
   * The pause until this beat comes: from half a period to one and a half, and exactly a period
   * from one beat to the next, less what an answer took.
   */
  public Duration pause(MonotonicTime now) {
    long period = every.toNanos();
    long offset = period / count(every) * index;
    long earliest = now.nanos() + period / 2;
    return Duration.ofNanos(period / 2 + Math.floorMod(offset - earliest, period));
  }
}
