package io.mainstay.decisions.scaling;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.ServiceSpec.Replicas;
import io.mainstay.model.spec.ServiceSpec.ScalePolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Steps the decider through seconds of a scripted load. */
final class ScalingRun {
  private ScalingMemory memory = ScalingMemory.EMPTY;
  private MonotonicTime now = MonotonicTime.ZERO;
  private Optional<Amount> concurrency = Optional.empty();
  private Optional<Double> rps = Optional.empty();
  private Optional<Double> cpu = Optional.empty();
  private Replicas replicas = new Replicas(1, 10);
  private Amount upStep = new Amount.Share(1);
  private Duration downDelay = Duration.ofMinutes(5);
  private OptionalInt override = OptionalInt.empty();
  private OptionalDouble load = OptionalDouble.empty();
  private OptionalDouble limit = OptionalDouble.of(20);
  private OptionalDouble rate = OptionalDouble.empty();
  private OptionalDouble cores = OptionalDouble.empty();
  private int current = 1;
  private ScalingDecision last;

  ScalingRun reset() {
    memory = ScalingMemory.EMPTY;
    now = MonotonicTime.ZERO;
    override = OptionalInt.empty();
    upStep = new Amount.Share(1);
    return this;
  }

  ScalingRun concurrency(double each) {
    concurrency = Optional.of(new Amount.Count(each));
    return this;
  }

  ScalingRun rps(double each) {
    rps = Optional.of(each);
    return this;
  }

  ScalingRun cpu(double share) {
    cpu = Optional.of(share);
    return this;
  }

  ScalingRun bounds(int min, int max) {
    replicas = new Replicas(min, max);
    return this;
  }

  ScalingRun upStep(Amount step) {
    upStep = step;
    return this;
  }

  ScalingRun downDelay(int seconds) {
    downDelay = Duration.ofSeconds(seconds);
    return this;
  }

  ScalingRun override(int count) {
    override = OptionalInt.of(count);
    return this;
  }

  ScalingRun current(int count) {
    current = count;
    return this;
  }

  ScalingRun load(double requests) {
    load = OptionalDouble.of(requests);
    return this;
  }

  ScalingRun rate(double requests) {
    rate = OptionalDouble.of(requests);
    return this;
  }

  ScalingRun cores(double used) {
    cores = OptionalDouble.of(used);
    return this;
  }

  ScalingRun limit(double each) {
    concurrency = Optional.empty();
    limit = OptionalDouble.of(each);
    return this;
  }

  ScalingRun noLimit() {
    limit = OptionalDouble.empty();
    return this;
  }

  ScalingRun missing() {
    load = OptionalDouble.empty();
    rate = OptionalDouble.empty();
    cores = OptionalDouble.empty();
    return this;
  }

  ScalingRun missingRate() {
    rate = OptionalDouble.empty();
    return this;
  }

  ScalingRun seconds(int count) {
    for (int i = 0; i < count; i++) {
      again(Duration.ofSeconds(1));
    }
    return this;
  }

  void again(Duration later) {
    now = now.plus(later);
    ScalingDecider.Step step = ScalingDecider.step(memory, facts(), policy(), now);
    memory = step.memory();
    last = step.decision();
    current = last.to();
  }

  List<Integer> counts(int seconds) {
    List<Integer> counts = new ArrayList<>();
    for (int i = 0; i < seconds; i++) {
      seconds(1);
      counts.add(current);
    }
    return counts;
  }

  int current() {
    return current;
  }

  ScalingDecision last() {
    return last;
  }

  ScalingMemory memory() {
    return memory;
  }

  ScalingFacts facts() {
    return new ScalingFacts(current, load, limit, rate, cores);
  }

  ScalingPolicy policy() {
    return new ScalingPolicy(
        new ScalePolicy(
            concurrency,
            rps,
            cpu,
            Duration.ofSeconds(6),
            Duration.ofSeconds(60),
            upStep,
            1,
            downDelay),
        replicas,
        1.0,
        override);
  }
}
