package io.mainstay.decisions.pools;

import io.mainstay.model.MonotonicTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How many instances of a service were wanted of late, and where that leads: a straight line by
 * least squares. Only a steady rise counts; what goes up and down leads nowhere.
 *
 * @param samples oldest first, at most one in five seconds, none older than five minutes
 */
public record WantedTrend(List<Sample> samples) {
  /** Nothing seen. */
  public static final WantedTrend EMPTY = new WantedTrend(List.of());

  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final Duration WINDOW = Duration.ofMinutes(5);
  private static final Duration SHORTEST = Duration.ofSeconds(30);

  /** How much of the movement the line must explain (the coefficient of determination). */
  private static final double FIT = 0.7;

  /** Copies the list. */
  public WantedTrend {
    samples = List.copyOf(samples);
  }

  /**
   * One look.
   *
   * @param at when
   * @param wanted how many should have served
   */
  public record Sample(MonotonicTime at, int wanted) {}

  /** With one more look; within five seconds of the last one it counts for nothing. */
  public WantedTrend seen(int wanted, MonotonicTime now) {
    if (!samples.isEmpty() && now.since(samples.getLast().at()).compareTo(EVERY) < 0) {
      return this;
    }
    List<Sample> next = new ArrayList<>();
    for (Sample sample : samples) {
      if (now.since(sample.at()).compareTo(WINDOW) <= 0) {
        next.add(sample);
      }
    }
    next.add(new Sample(now, wanted));
    return new WantedTrend(next);
  }

  /** How many more than {@code wanted} will be wanted after that time, by the line; from 0. */
  public int ahead(int wanted, Duration horizon) {
    if (samples.size() < 3
        || samples.getLast().at().since(samples.getFirst().at()).compareTo(SHORTEST) < 0) {
      return 0;
    }
    double meanAt = 0;
    double meanWanted = 0;
    for (Sample sample : samples) {
      meanAt += seconds(sample) / samples.size();
      meanWanted += (double) sample.wanted() / samples.size();
    }
    double across = 0;
    double along = 0;
    double up = 0;
    for (Sample sample : samples) {
      double at = seconds(sample) - meanAt;
      double off = sample.wanted() - meanWanted;
      across += at * off;
      along += at * at;
      up += off * off;
    }
    if (across <= 0 || across * across < FIT * along * up) {
      return 0;
    }
    double more = across / along * horizon.toMillis() / 1000.0;
    // The nearest: half an instance is no reason for a machine.
    return (int) Math.max(0, Math.round(Math.min(more, wanted)));
  }

  private double seconds(Sample sample) {
    return sample.at().since(samples.getFirst().at()).toMillis() / 1000.0;
  }
}
