package io.mainstay.decisions.outliers;

import io.mainstay.decisions.balancing.Balancer;
import io.mainstay.decisions.balancing.Candidate;
import io.mainstay.decisions.balancing.Tried;
import io.mainstay.decisions.retry.FailureKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.TrafficPolicy.Balance;
import io.mainstay.model.spec.TrafficPolicy.Outliers;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Three instances behind balancer and detector in virtual time, as one loop of the gateway would
 * drive them: good answers taken in with each tick, failures at once, a tick every 50 ms.
 */
final class SickService {
  /** What can be wrong with an instance whose check stays green. */
  enum Sickness {
    HANG(null),
    RESET(FailureKind.RESET),
    TRUNCATE(FailureKind.TRUNCATED),
    GARBAGE(FailureKind.GARBAGE),
    ERRORS(FailureKind.STATUS);

    final FailureKind failure;

    Sickness(FailureKind failure) {
      this.failure = failure;
    }
  }

  private static final long MS = 1_000_000;
  private static final long ATTEMPT = 5000 * MS;

  private final Random random;
  private final Balancer balancer;
  private final int perSecond;
  private final double posts;
  private final double meanMillis;
  private final OutlierDetector detector =
      new OutlierDetector(
          new Outliers(
              5,
              0.5,
              Duration.ofSeconds(10),
              Duration.ofMillis(500),
              Duration.ofSeconds(5),
              Duration.ofMinutes(5),
              0.5));
  private final TreeMap<Integer, Candidate> candidates = new TreeMap<>();
  private final TreeMap<Integer, Sickness> sick = new TreeMap<>();
  private final TreeMap<Integer, int[]> goodSinceTick = new TreeMap<>();
  private final TreeMap<Integer, long[]> nanosSinceTick = new TreeMap<>();
  private final PriorityQueue<Step> steps =
      new PriorityQueue<>(Comparator.comparingLong(Step::at).thenComparingLong(Step::order));
  private long order;
  private long now = 1;
  private long sickAt;
  private long firstToSick;
  private long lastToSick;
  private double slowShare;
  private long slowMillis;

  private record Step(long at, long order, Runnable task) {}

  SickService(long seed, Balance balance, int perSecond, double posts, double meanMillis) {
    this.random = new Random(seed);
    this.balancer = Balancer.of(balance);
    this.perSecond = perSecond;
    this.posts = posts;
    this.meanMillis = meanMillis;
    List<Endpoint> endpoints = new ArrayList<>();
    for (int number = 1; number <= 3; number++) {
      InstanceId id = new InstanceId(new ServiceName("shop"), number);
      candidates.put(number, new Candidate(id, 1, 1));
      goodSinceTick.put(number, new int[1]);
      nanosSinceTick.put(number, new long[1]);
      endpoints.add(
          new Endpoint(
              id, new NodeName("n1"), 1, Role.SERVING, Endpoint.Readiness.READY, Optional.empty()));
    }
    detector.update(endpoints, endpoint -> false);
    after(0, this::arrive);
    after(50 * MS, this::tick);
  }

  void slowRequests(double share, long millis) {
    slowShare = share;
    slowMillis = millis;
  }

  void fallSick(int number, Sickness sickness) {
    sick.put(number, sickness);
    sickAt = now;
    firstToSick = now;
    lastToSick = now;
  }

  void cure(int number) {
    sick.remove(number);
  }

  /** Milliseconds from the (last) sickness, or from the first request since, to the last one. */
  long lastRequestToSick(boolean fromFirst) {
    return (lastToSick - (fromFirst ? firstToSick : sickAt)) / MS;
  }

  TreeSet<Integer> ejected() {
    TreeSet<Integer> numbers = new TreeSet<>();
    candidates.forEach((number, candidate) -> {
      if (detector.isOut(candidate.id(), 1)) {
        numbers.add(number);
      }
    });
    return numbers;
  }

  void run(int seconds) {
    long end = now + seconds * 1000L * MS;
    while (!steps.isEmpty() && steps.peek().at() <= end) {
      Step step = steps.remove();
      now = step.at();
      step.task().run();
    }
    now = end;
  }

  private void after(long nanos, Runnable task) {
    steps.add(new Step(now + nanos, order++, task));
  }

  private void arrive() {
    after((long) (-Math.log(1 - random.nextDouble()) * 1e9 / perSecond), this::arrive);
    boolean repeatable = random.nextDouble() >= posts;
    Member trial = detector.wantsTrial(now, repeatable);
    Candidate chosen = trial == null ? null : candidates.get(trial.id().number());
    if (chosen == null) {
      Candidate[] in =
          candidates.values().stream()
              .filter(one -> !detector.isOut(one.id(), 1))
              .toArray(Candidate[]::new);
      chosen = balancer.choose(in, Tried.NONE, now, random.nextLong());
    }
    begin(chosen);
  }

  private void begin(Candidate candidate) {
    int number = candidate.id().number();
    candidate.begun(now);
    long began = now;
    Sickness sickness = sick.get(number);
    if (sickness != null) {
      firstToSick = lastToSick == sickAt ? now : firstToSick;
      lastToSick = now;
    }
    if (sickness == Sickness.HANG) {
      after(ATTEMPT, () -> fail(candidate, began, FailureKind.TIMEOUT));
    } else if (sickness != null) {
      after(MS / 2, () -> fail(candidate, began, sickness.failure));
    } else {
      boolean slow = random.nextDouble() < slowShare;
      double millis = slow ? slowMillis : -Math.log(1 - random.nextDouble()) * meanMillis;
      after((long) (millis * MS), () -> succeed(candidate, began));
    }
  }

  private void succeed(Candidate candidate, long began) {
    candidate.heard(now);
    candidate.succeeded(now, now - began);
    goodSinceTick.get(candidate.id().number())[0]++;
    nanosSinceTick.get(candidate.id().number())[0] += now - began;
  }

  private void fail(Candidate candidate, long began, FailureKind kind) {
    if (kind != FailureKind.TIMEOUT) {
      candidate.heard(now);
    }
    candidate.failed(
        now, now - began, Candidate.slowest(candidates.values().toArray(Candidate[]::new)));
    takeInAnswers();
    detector.failed(
        detector.member(candidate.id(), 1), kind, kind == FailureKind.STATUS ? 500 : 0, now);
  }

  private void takeInAnswers() {
    candidates.forEach((number, candidate) -> {
      int good = goodSinceTick.get(number)[0];
      if (good > 0) {
        long mean = nanosSinceTick.get(number)[0] / good;
        detector.answered(detector.member(candidate.id(), 1), good, mean, now);
        goodSinceTick.get(number)[0] = 0;
        nanosSinceTick.get(number)[0] = 0;
      }
    });
  }

  private void tick() {
    after(50 * MS, this::tick);
    takeInAnswers();
    candidates.forEach((number, candidate) ->
        detector.observe(
            detector.member(candidate.id(), 1), candidate.inFlight(), candidate.quietSince()));
    detector.tick(now, change -> {});
  }
}
