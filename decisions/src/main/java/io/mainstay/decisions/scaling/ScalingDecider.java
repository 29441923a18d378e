package io.mainstay.decisions.scaling;

import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.decisions.scaling.ScalingDecision.Clamp;
import io.mainstay.decisions.scaling.ScalingMemory.Sample;
import io.mainstay.decisions.scaling.ScalingMemory.Want;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.ServiceSpec.ScalePolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * Decides once a second how many instances should serve.
 *
 * <p>Each sample is turned into instances: load 70, target 20 an instance → 3.5. The short window
 * (6 s) raises, at once; the long one (60 s) lowers, after the delay. A short-window want of twice
 * the present count is a panic, as in Knative's KPA: the count only grows until the surge has been
 * over for a long window.
 *
 * <ol>
 *   <li>an override is followed, whatever the load
 *   <li>a short-window want more than 10 % above the count raises it, at most by {@code up-step}
 *   <li>a panic or a missing signal keeps it
 *   <li>else the highest want of the last {@code down-delay} lowers it, {@code down-step} at a time
 *   <li>min and max hold always
 * </ol>
 *
 * <p>Invariants: never outside min…max; never lower for want of data; the same facts give the same
 * decision.
 */
public final class ScalingDecider {
  /** Up to that much above the target nothing is added: noise is no load. */
  static final double TOLERANCE = 0.10;

  private static final double PANIC_FACTOR = 2.0;
  private static final Duration CADENCE = Duration.ofMillis(950);
  private static final Amount DEFAULT_CONCURRENCY = new Amount.Share(0.7);

  private ScalingDecider() {}

  /**
   * The new memory and the decision.
   *
   * @param memory to be given to the next step
   * @param decision what to do
   * @param due false: less than a second after the last step; only the bounds were applied
   */
  public record Step(ScalingMemory memory, ScalingDecision decision, boolean due) {}

  /** One step. {@code now} must not lie before that of the step that made {@code memory}. */
  public static Step step(
      ScalingMemory memory, ScalingFacts facts, ScalingPolicy policy, MonotonicTime now) {
    if (memory.lastStep().isPresent()
        && now.since(memory.lastStep().get()).compareTo(CADENCE) < 0) {
      return new Step(memory, betweenSteps(facts, policy), false);
    }
    Load load = Load.of(memory.samples(), sample(facts, policy, now), policy.targets());
    Optional<MonotonicTime> panic = panicUntil(memory, load, facts.current(), policy, now);
    int want = want(load, facts.current());
    List<Want> wants =
        ScalingMemory.hold(memory.wants(), new Want(now, want), policy.targets().downDelay());
    MonotonicTime since = memory.since().orElse(now);
    ScalingMemory next =
        new ScalingMemory(Optional.of(since), Optional.of(now), load.samples(), wants, panic);
    return new Step(next, decide(next, load, want, facts, policy, now), true);
  }

  private static ScalingDecision decide(
      ScalingMemory memory,
      Load load,
      int want,
      ScalingFacts facts,
      ScalingPolicy policy,
      MonotonicTime now) {
    List<Clamp> clamps = new ArrayList<>();
    int current = facts.current();
    int to;
    if (policy.override().isPresent()) {
      to = policy.override().getAsInt();
      clamps.add(Clamp.OVERRIDE);
    } else if (want > current) {
      to = upStep(current, want, policy, clamps);
    } else {
      to = down(memory, load, want, current, policy, now, clamps);
    }
    to = bounds(to, policy, clamps);
    Evidence saw = load.saw(facts, policy);
    saw.and("current", current).and("wanted", want);
    memory.panicUntil().ifPresent(end -> saw.and("panic", "the surge is not over"));
    saw.and("clamped-by", clamps.isEmpty() ? "nothing" : labels(clamps));
    String reason = reason(current, to, want, load, clamps);
    return new ScalingDecision(current, to, want, clamps, reason, saw.map());
  }

  /** Between two steps only the bounds and the override count: they hold at once. */
  private static ScalingDecision betweenSteps(ScalingFacts facts, ScalingPolicy policy) {
    List<Clamp> clamps = new ArrayList<>();
    int to = facts.current();
    if (policy.override().isPresent()) {
      to = policy.override().getAsInt();
      clamps.add(Clamp.OVERRIDE);
    }
    to = bounds(to, policy, clamps);
    return new ScalingDecision(
        facts.current(),
        to,
        facts.current(),
        clamps,
        clamps.isEmpty()
            ? "between two decisions"
            : "from " + facts.current() + " to " + to + ", set by " + labels(clamps),
        Evidence.of("current", facts.current()).map());
  }

  /** This second as instances for each target, NaN where it was not measured. */
  private static Sample sample(ScalingFacts facts, ScalingPolicy policy, MonotonicTime now) {
    ScalePolicy targets = policy.targets();
    double concurrency =
        concurrencyTarget(targets)
            .map(target ->
                switch (target) {
                  case Amount.Count count -> ratio(facts.load(), count.value());
                  case Amount.Share share ->
                      facts.limitPerInstance().isPresent()
                          ? ratio(
                              facts.load(),
                              share.fraction() * facts.limitPerInstance().getAsDouble())
                          : Double.NaN;
                })
            .orElse(Double.NaN);
    double rate = targets.rps().map(v -> ratio(facts.requestsPerSecond(), v)).orElse(Double.NaN);
    double cpu =
        targets
            .cpu()
            .map(share -> ratio(facts.cpuCores(), share * policy.coresPerInstance()))
            .orElse(Double.NaN);
    return new Sample(now, concurrency, rate, cpu);
  }

  /** Without any target it is 70 % of the learned limit. */
  private static Optional<Amount> concurrencyTarget(ScalePolicy targets) {
    if (targets.concurrency().isEmpty() && targets.rps().isEmpty() && targets.cpu().isEmpty()) {
      return Optional.of(DEFAULT_CONCURRENCY);
    }
    return targets.concurrency();
  }

  private static double ratio(OptionalDouble seen, double target) {
    return seen.isEmpty() || target <= 0 ? Double.NaN : seen.getAsDouble() / target;
  }

  /**
   * A panic begins when the short window wants twice what there is (3 → 6), and ends when that has
   * not been so for a long window.
   */
  private static Optional<MonotonicTime> panicUntil(
      ScalingMemory memory, Load load, int current, ScalingPolicy policy, MonotonicTime now) {
    if (load.quick() >= PANIC_FACTOR * Math.max(1, current)) {
      return Optional.of(now.plus(policy.targets().longWindow()));
    }
    return memory.panicUntil().filter(now::isBefore);
  }

  /**
   * Before any clamp. Count 3: a short-window want of 3.2 is within the tolerance (3.3) and changes
   * nothing, 3.4 wants 4; a long-window want of 1.4 wants 2; a missing signal wants at least 3.
   */
  private static int want(Load load, int current) {
    if (load.quick() > current * (1 + TOLERANCE)) {
      return roundUp(load.quick());
    }
    if (load.missing()) {
      return current;
    }
    return Math.min(current, roundUp(load.steady()));
  }

  private static int roundUp(double instances) {
    return (int) Math.min(1_000_000, Math.ceil(instances - 1e-9));
  }

  /** Count 3, up-step 100 %: 6 at most after this second; up-step 1: 4 at most. */
  private static int upStep(int current, int want, ScalingPolicy policy, List<Clamp> clamps) {
    int highest = Math.max(1, current + policy.targets().upStep().of(current, 1));
    if (want > highest) {
      clamps.add(Clamp.UP_STEP);
    }
    return Math.min(want, highest);
  }

  /** Down only if nothing speaks against it; count 6, wants 2 … 4 of the delay: to 5, then 4. */
  private static int down(
      ScalingMemory memory,
      Load load,
      int want,
      int current,
      ScalingPolicy policy,
      MonotonicTime now,
      List<Clamp> clamps) {
    if (load.missing()) {
      clamps.add(Clamp.MISSING_SIGNALS);
      return current;
    }
    if (want == current) {
      if (load.quick() > current) {
        clamps.add(Clamp.TOLERANCE);
      }
      return current;
    }
    if (memory.panicUntil().isPresent()) {
      clamps.add(Clamp.PANIC);
      return current;
    }
    int highest = memory.wants().getFirst().count();
    boolean waited =
        now.since(memory.since().orElse(now)).compareTo(policy.targets().downDelay()) >= 0;
    if (!waited || highest >= current) {
      clamps.add(Clamp.DOWN_DELAY);
      return current;
    }
    int lowest = current - Math.max(1, policy.targets().downStep());
    if (highest > want) {
      clamps.add(Clamp.DOWN_DELAY);
    }
    if (lowest > highest) {
      clamps.add(Clamp.DOWN_STEP);
    }
    return Math.max(lowest, highest);
  }

  private static int bounds(int count, ScalingPolicy policy, List<Clamp> clamps) {
    if (count < policy.replicas().min() && !fixedByHand(policy)) {
      clamps.add(Clamp.MIN);
      return policy.replicas().min();
    }
    if (count > policy.replicas().max() && !fixedByHand(policy)) {
      clamps.add(Clamp.MAX);
      return policy.replicas().max();
    }
    return count;
  }

  /** A count by hand leaves the bounds where they are one number: there is nothing to clamp to. */
  private static boolean fixedByHand(ScalingPolicy policy) {
    return policy.override().isPresent() && !policy.replicas().isRange();
  }

  private static String reason(int from, int to, int want, Load load, List<Clamp> clamps) {
    String held = clamps.isEmpty() ? "" : ", held by " + labels(clamps);
    String saw =
        load.target()
            + " needs "
            + Load.number(load.quick())
            + " instances now and "
            + Load.number(load.steady())
            + " over the long window";
    if (from == to) {
      return saw + ": stays at " + from + (want == from ? "" : ", wanted " + want) + held;
    }
    return saw + ": from " + from + " to " + to + (want == to ? "" : ", wanted " + want) + held;
  }

  private static String labels(List<Clamp> clamps) {
    return String.join(" ", clamps.stream().map(Clamp::label).toList());
  }

  /**
   * Both windows as instances.
   *
   * @param samples of the long window
   * @param quick the highest target over the short window; 0 if none was measured
   * @param steady the highest target over the long window
   * @param missing whether a target has no sample in the short window
   * @param target which target was the highest over the short window
   */
  private record Load(
      List<Sample> samples, double quick, double steady, boolean missing, String target) {

    static Load of(List<Sample> before, Sample newest, ScalePolicy targets) {
      List<Sample> samples = ScalingMemory.slide(before, newest, targets.longWindow());
      MonotonicTime recent = newest.at().plus(targets.shortWindow().negated());
      Load load = new Load(samples, 0, 0, false, "nothing");
      if (concurrencyTarget(targets).isPresent()) {
        load = load.with("concurrency", Sample::concurrency, recent);
      }
      if (targets.rps().isPresent()) {
        load = load.with("rps", Sample::rate, recent);
      }
      if (targets.cpu().isPresent()) {
        load = load.with("cpu", Sample::cpu, recent);
      }
      return load;
    }

    private Load with(String name, ToDoubleFunction<Sample> value, MonotonicTime recent) {
      double sumLong = 0;
      double sumShort = 0;
      int countLong = 0;
      int countShort = 0;
      for (Sample sample : samples) {
        double instances = value.applyAsDouble(sample);
        if (Double.isNaN(instances)) {
          continue;
        }
        sumLong += instances;
        countLong++;
        if (recent.isBefore(sample.at())) {
          sumShort += instances;
          countShort++;
        }
      }
      if (countShort == 0 || Double.isNaN(value.applyAsDouble(samples.getLast()))) {
        // What is left of the window may still raise, never lower.
        double known = countShort == 0 ? 0 : sumShort / countShort;
        return new Load(
            samples, Math.max(quick, known), steady, true, known > quick ? name : target);
      }
      double newQuick = sumShort / countShort;
      double newSteady = sumLong / countLong;
      return new Load(
          samples,
          Math.max(quick, newQuick),
          Math.max(steady, newSteady),
          missing,
          newQuick > quick || target.equals("nothing") ? name : target);
    }

    Evidence saw(ScalingFacts facts, ScalingPolicy policy) {
      Evidence saw = new Evidence();
      facts.load().ifPresent(value -> saw.and("in-flight-and-queued", number(value)));
      facts.limitPerInstance().ifPresent(value -> saw.and("limit-an-instance", number(value)));
      facts.requestsPerSecond().ifPresent(value -> saw.and("requests-a-second", number(value)));
      facts.cpuCores().ifPresent(value -> saw.and("cpu-cores", number(value)));
      if (missing) {
        saw.and("missing", "a signal of a target");
      }
      saw.and("target", target);
      saw.and("short-window-needs", number(quick)).and("long-window-needs", number(steady));
      saw.and("min", policy.replicas().min()).and("max", policy.replicas().max());
      return saw;
    }

    /** Two decimals; written out, since a thousand services are told of each second. */
    private static String number(double value) {
      long hundredths = Math.round(value * 100);
      long rest = Math.abs(hundredths % 100);
      return hundredths / 100 + (rest < 10 ? ".0" : ".") + rest;
    }
  }
}
