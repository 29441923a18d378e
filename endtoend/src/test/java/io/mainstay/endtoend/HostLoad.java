package io.mainstay.endtoend;

import io.mainstay.model.Address;
import io.mainstay.probes.load.LoadClient;
import io.mainstay.probes.load.LoadPlan;
import io.mainstay.probes.load.LoadSample;
import io.mainstay.probes.load.LoadSample.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client on one of the {@link Hosts}, as a process of its own: GETs at a rate until its input
 * ends, then one line: {@code sent failed longestGapMillis worstMillis}. The gap is the longest
 * time between two good answers. Each failure is a line of its own before that.
 */
public final class HostLoad {
  private HostLoad() {}

  /** Arguments: HOST:PORT, path, requests a second. */
  public static void main(String[] arguments) throws Exception {
    LoadPlan plan =
        new LoadPlan(
            Address.parse(arguments[0]).orElseThrow(),
            false,
            arguments[0],
            new LoadPlan.Pace.Rate(Integer.parseInt(arguments[2])),
            List.of(arguments[1]),
            0,
            List.of(),
            List.of(),
            Duration.ofSeconds(30),
            "host");
    AtomicLong failed = new AtomicLong();
    AtomicLong last = new AtomicLong();
    AtomicLong gap = new AtomicLong();
    AtomicLong worst = new AtomicLong();
    try (LoadClient load =
        LoadClient.start(plan, sample -> take(sample, failed, last, gap, worst))) {
      while (System.in.read() >= 0) {
        // Whoever started this ends it by closing its input.
      }
      load.stop(Duration.ofSeconds(40));
      System.out.println(
          "TOTAL "
              + load.report().sent()
              + " "
              + failed.get()
              + " "
              + gap.get() / 1_000_000
              + " "
              + worst.get() / 1_000_000);
    }
  }

  private static synchronized void take(
      LoadSample sample, AtomicLong failed, AtomicLong last, AtomicLong gap, AtomicLong worst) {
    if (sample.outcome() == Outcome.OK) {
      if (last.get() != 0) {
        gap.set(Math.max(gap.get(), sample.end() - last.get()));
      }
      last.set(Math.max(last.get(), sample.end()));
      worst.set(Math.max(worst.get(), sample.end() - sample.due()));
    } else {
      failed.incrementAndGet();
      System.out.println(
          "FAILED " + sample.outcome() + " " + sample.status() + " " + sample.detail());
    }
  }
}
