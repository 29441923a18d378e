package io.mainstay.decisions.flow;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.FlowSpec;
import io.mainstay.model.state.FlowHealth;
import io.mainstay.model.state.FlowKey;
import io.mainstay.model.state.FlowSighting;
import io.mainstay.model.state.FlowSighting.Outcome;
import io.mainstay.model.state.FlowSighting.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/** Traffic of one flow in virtual time, drawn from a seed. */
final class FlowWorld {
  private static final FlowKey KEY = new FlowKey(new ServiceName("shop"), "ship");
  private static final long SECOND = 1_000_000_000L;

  final FlowWatch watch;
  final List<FlowHealth> changes = new ArrayList<>();
  final List<FlowWatch.Change> told = new ArrayList<>();
  private final Random random;
  private final Instant begin;

  /** What will be seen, by its time in nanoseconds. */
  private final PriorityQueue<FlowSighting> coming =
      new PriorityQueue<>((a, b) -> a.time().compareTo(b.time()));

  private long now;
  private long keys;

  /** Orders a second, and what becomes of them. */
  double rate = 1;

  double lossShare;
  double keylessShare;
  double earlyShare;
  double duplicateShare;
  long mostDelayMillis = 1000;
  boolean daily;

  FlowWorld(long seed, FlowSpec spec, Instant begin) {
    this.random = new Random(seed);
    this.begin = begin;
    this.watch = new FlowWatch(KEY, spec, MonotonicTime.ZERO, begin);
  }

  static FlowSpec spec(double atLeast, Duration within) {
    FlowSpec.Key key = new FlowSpec.Key.Header("X-Order-Id");
    ServiceName shop = new ServiceName("shop");
    return new FlowSpec(
        "ship",
        new FlowSpec.Requests(shop, "POST", "/orders", List.of(), key),
        new FlowSpec.Requests(shop, "POST", "/shipments", List.of(), key),
        within,
        atLeast,
        20);
  }

  static FlowWorld of(long seed) {
    return new FlowWorld(seed, spec(0.99, Duration.ofSeconds(5)), Instant.EPOCH);
  }

  static FlowSighting seen(Side side, long key, long nanos, String text) {
    return new FlowSighting(KEY, side, new MonotonicTime(nanos), Outcome.SEEN, Mixed.of(key), text);
  }

  /** Keys as the gateway makes them: all bits random. */
  static final class Mixed {
    private Mixed() {}

    static long of(long key) {
      long mixed = (key + 1) * 0x9E3779B97F4A7C15L;
      mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
      return mixed ^ (mixed >>> 29);
    }
  }

  Instant wallClock() {
    return begin.plusNanos(now);
  }

  void run(Duration time, Duration step) {
    long end = now + time.toNanos();
    while (now < end) {
      long next = Math.min(end, now + step.toNanos());
      arrive(now, next);
      now = next;
      while (!coming.isEmpty() && coming.peek().time().nanos() <= now) {
        watch.take(coming.poll());
      }
      watch
          .judge(new MonotonicTime(now), wallClock())
          .ifPresent(change -> {
            changes.add(change.health());
            told.add(change);
          });
    }
  }

  private double rateNow() {
    double hour = wallClock().getEpochSecond() % 86_400 / 3600.0;
    boolean weekend = (wallClock().getEpochSecond() / 86_400 + 3) % 7 >= 5;
    double shape = 1 + 0.8 * Math.sin((hour - 9) / 24 * 2 * Math.PI);
    return daily ? rate * shape * (weekend ? 0.3 : 1) : rate;
  }

  /** Orders by a Poisson process. */
  private void arrive(long from, long to) {
    double perSecond = rateNow();
    if (perSecond <= 0) {
      return;
    }
    double at = from;
    while (true) {
      at += -Math.log(1 - random.nextDouble()) / perSecond * SECOND;
      if (at >= to) {
        return;
      }
      order((long) at);
    }
  }

  private void order(long at) {
    keys++;
    coming.add(seen(Side.WHEN, keys, at, "o-" + keys));
    if (random.nextDouble() < duplicateShare) {
      coming.add(seen(Side.WHEN, keys, at + random.nextLong(20 * SECOND), "o-" + keys));
    }
    if (random.nextDouble() < lossShare) {
      return;
    }
    long delay = random.nextLong(mostDelayMillis * 1_000_000);
    boolean early = random.nextDouble() < earlyShare;
    long then = early ? Math.max(from(at), at - delay) : at + delay;
    if (random.nextDouble() < keylessShare) {
      coming.add(
          new FlowSighting(KEY, Side.THEN, new MonotonicTime(then), Outcome.UNREADABLE, 0, ""));
    } else {
      coming.add(seen(Side.THEN, keys, then, "o-" + keys));
    }
  }

  private long from(long at) {
    return Math.max(now, at - SECOND);
  }
}
