package io.mainstay.simulator;

import io.mainstay.decisions.admission.QueueRule;
import io.mainstay.decisions.balancing.Balancer;
import io.mainstay.decisions.balancing.Candidate;
import io.mainstay.decisions.failover.ServingSet;
import io.mainstay.decisions.outliers.Change;
import io.mainstay.decisions.outliers.Member;
import io.mainstay.decisions.outliers.OutlierDetector;
import io.mainstay.decisions.retry.FailedTry;
import io.mainstay.decisions.retry.FailureKind;
import io.mainstay.decisions.retry.RetryBudget;
import io.mainstay.decisions.retry.RetryRule;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.testkit.SeededRandomness;
import io.mainstay.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one service in one gateway: a queueing model whose choices (who serves, who gets
 * the next request, who is ejected, what is repeated, who waits) are made by the very classes that
 * the real gateway calls.
 */
final class SimulatedTraffic {
  private final ServiceName service;
  private final Gateway gateway;
  private final Machine machine;
  private final VirtualTime time;
  private final SeededRandomness random;
  private final Sometimes sometimes;
  private final TrafficWitness witness;
  private final TreeMap<InstanceId, Candidate> candidates = new TreeMap<>();
  private final Deque<SimulatedRequest> queue = new ArrayDeque<>();
  private final OutlierDetector detector;
  private final RetryBudget budget;
  private TrafficPolicy policy;
  private Balancer balancer;
  private List<Endpoint> endpoints = List.of();
  private Predicate<Endpoint> withdrawn = endpoint -> false;
  private ServingSet set = ServingSet.EMPTY;
  private Candidate[] choices = {};
  private int arrived;
  private int refused;
  private double requestsPerSecond;
  private double refusedPerSecond;
  private boolean thawAsked;

  interface Gateway {
    boolean isClosed();

    void changed(Change change);

    void promoted(ServingSet.Promotion promotion);

    void standbyWanted(ServiceName service);

    void finished();
  }

  SimulatedTraffic(
      ServiceSpec spec,
      Gateway gateway,
      Machine machine,
      VirtualTime time,
      SeededRandomness random,
      Sometimes sometimes,
      TrafficWitness witness) {
    this.service = spec.name();
    this.gateway = gateway;
    this.machine = machine;
    this.time = time;
    this.random = random;
    this.sometimes = sometimes;
    this.witness = witness;
    this.policy = spec.traffic();
    this.balancer = Balancer.of(policy.balance());
    this.detector = new OutlierDetector(policy.outliers());
    this.budget = new RetryBudget(policy.retries().budget());
  }

  void configure(ServiceSpec spec) {
    if (!spec.traffic().balance().equals(policy.balance())) {
      balancer = Balancer.of(spec.traffic().balance());
    }
    policy = spec.traffic();
    detector.policy(policy.outliers());
    budget.share(policy.retries().budget());
  }

  List<Endpoint> traffic() {
    return set.traffic();
  }

  List<Endpoint> usable() {
    return endpoints.stream()
        .filter(endpoint -> endpoint.readiness() == Endpoint.Readiness.READY)
        .filter(endpoint -> !withdrawn.test(endpoint))
        .filter(endpoint -> !detector.isOut(endpoint.id(), endpoint.generation()))
        .toList();
  }

  void update(List<Endpoint> newEndpoints, Predicate<Endpoint> isWithdrawn) {
    endpoints = newEndpoints;
    withdrawn = isWithdrawn;
    detector.update(endpoints, withdrawn);
    choose();
  }

  void arrive(String method) {
    long now = now();
    arrived++;
    budget.requestArrived(now);
    dispatch(new SimulatedRequest(method, now, now + policy.timeouts().response().toNanos()));
  }

  void tick() {
    long now = now();
    for (Candidate candidate : candidates.values()) {
      Member member = detector.member(candidate.id(), candidate.generation());
      if (member != null) {
        detector.observe(member, candidate.inFlight(), candidate.quietSince());
      }
    }
    detector.tick(now, this::changed);
    while (!queue.isEmpty() && isOverdue(queue.peekFirst(), now)) {
      queue.removeFirst();
      refuse();
    }
  }

  void roll() {
    requestsPerSecond = arrived;
    refusedPerSecond = refused;
    arrived = 0;
    refused = 0;
  }

  int inFlight(InstanceId instance, long generation) {
    Candidate candidate = candidates.get(instance);
    return candidate != null && candidate.generation() == generation ? candidate.inFlight() : 0;
  }

  ServiceSignals signals() {
    List<InstanceSignals> instances = new ArrayList<>();
    int inFlight = 0;
    for (Endpoint endpoint : endpoints) {
      Candidate candidate = candidates.get(endpoint.id());
      int own = inFlight(endpoint.id(), endpoint.generation());
      inFlight += own;
      boolean out = detector.isOut(endpoint.id(), endpoint.generation());
      boolean routed = set.traffic().contains(endpoint);
      instances.add(
          new InstanceSignals(
              endpoint.id(),
              endpoint.generation(),
              own,
              routed ? requestsPerSecond / Math.max(1, set.traffic().size()) : 0,
              0,
              candidate == null ? Duration.ZERO : Duration.ofNanos((long) candidate.latency(now())),
              100,
              out ? Optional.of("passive evidence") : Optional.empty(),
              routed));
    }
    return new ServiceSignals(
        service, requestsPerSecond, inFlight, queue.size(), refusedPerSecond, instances);
  }

  private void choose() {
    ServingSet before = set;
    set =
        ServingSet.of(
            endpoints, withdrawn, endpoint -> detector.isOut(endpoint.id(), endpoint.generation()));
    choices = set.traffic().stream().map(this::candidate).toArray(Candidate[]::new);
    candidates
        .values()
        .removeIf(candidate ->
            candidate.inFlight() == 0
                && endpoints.stream().noneMatch(one -> one.id().equals(candidate.id())));
    for (ServingSet.Promotion promotion : set.promotions()) {
      if (!before.promotions().contains(promotion)) {
        sometimes.saw(Sometimes.State.STANDBY_PROMOTED);
        witness.promoted(promotion.standby(), promotion.inPlaceOf());
        gateway.promoted(promotion);
      }
    }
    if (set.frozenWanted() && !thawAsked) {
      gateway.standbyWanted(service);
    }
    thawAsked = set.frozenWanted();
    pump();
  }

  private Candidate candidate(Endpoint endpoint) {
    Candidate known = candidates.get(endpoint.id());
    if (known == null || known.generation() < endpoint.generation()) {
      known = new Candidate(endpoint.id(), endpoint.generation(), 1);
      known.slowStart(now(), policy.slowStart().toNanos());
      candidates.put(endpoint.id(), known);
    }
    return known;
  }

  private void changed(@Nullable Change change) {
    if (change == null) {
      return;
    }
    switch (change) {
      case Change.Ejected _ -> sometimes.saw(Sometimes.State.OUTLIER_EJECTED);
      case Change.Restored _ -> sometimes.saw(Sometimes.State.OUTLIER_RESTORED);
    }
    gateway.changed(change);
    choose();
  }

  private void dispatch(SimulatedRequest request) {
    long now = now();
    boolean repeatable =
        RetryRule.mayBeSentTwice(policy.retries(), request.method) && request.tries == 0;
    Member trial = detector.wantsTrial(now, repeatable);
    Candidate chosen = trial == null ? null : candidates.get(trial.id());
    if (trial != null && (chosen == null || chosen.generation() != trial.generation())) {
      detector.trialCancelled(trial);
      chosen = null;
    }
    if (chosen == null) {
      long bits = (long) (random.nextDouble() * 0x1p53) << 10;
      chosen = balancer.choose(choices, request.tried, now, bits);
    }
    if (chosen == null) {
      hold(request);
    } else {
      send(request, chosen);
    }
  }

  private void hold(SimulatedRequest request) {
    if (!QueueRule.mayWait(policy.concurrency(), queue.size())) {
      refuse();
      return;
    }
    sometimes.saw(Sometimes.State.REQUEST_QUEUED);
    request.waitsSince = now();
    queue.addLast(request);
    witness.waiting(service, queue.size(), policy.concurrency().queue());
  }

  private boolean isOverdue(SimulatedRequest request, long now) {
    long deadline =
        QueueRule.deadline(
            policy.concurrency(),
            request.waitsSince,
            set.traffic().size(),
            set.starting(),
            request.deadline);
    return now - deadline >= 0;
  }

  private void refuse() {
    refused++;
    sometimes.saw(Sometimes.State.REQUEST_REFUSED);
  }

  private void pump() {
    for (int i = queue.size(); i > 0 && choices.length > 0; i--) {
      dispatch(queue.removeFirst());
    }
  }

  private void send(SimulatedRequest request, Candidate candidate) {
    Endpoint endpoint = endpoint(candidate);
    if (endpoint == null) {
      refuse();
      return;
    }
    witness.routed(endpoint, withdrawn.test(endpoint));
    long begun = now();
    candidate.begun(begun);
    request.tries++;
    Optional<SimulatedProcess> process = process(endpoint);
    if (process.isEmpty() || !process.get().isUp(time.now())) {
      after(1, () -> failed(request, candidate, FailureKind.CONNECT, begun, process.isEmpty()));
    } else if (process.get().isStill()) {
      after(timeoutMillis(), () -> failed(request, candidate, FailureKind.TIMEOUT, begun, false));
    } else {
      int millis = random.nextInt(2, 40) * (1 + candidate.inFlight() / 20);
      after(millis, () -> answered(request, candidate, process.get(), begun));
    }
  }

  private void answered(
      SimulatedRequest request, Candidate candidate, SimulatedProcess process, long begun) {
    if (!process.alive) {
      failed(request, candidate, FailureKind.RESET, begun, true);
    } else if (process.isStill()) {
      after(timeoutMillis(), () -> failed(request, candidate, FailureKind.TIMEOUT, begun, false));
    } else if (process.broken) {
      failed(request, candidate, FailureKind.STATUS, begun, false);
    } else {
      long now = now();
      process.cpu = process.cpu.plusMillis(10);
      candidate.heard(now);
      candidate.succeeded(now, now - begun);
      Member member = detector.member(candidate.id(), candidate.generation());
      if (member != null) {
        changed(detector.answered(member, 1, now - begun, now));
      }
      finished();
    }
  }

  private void failed(
      SimulatedRequest request, Candidate candidate, FailureKind kind, long begun, boolean gone) {
    long now = now();
    int status = kind == FailureKind.STATUS ? 500 : 0;
    candidate.failed(now, now - begun, Candidate.slowest(choices));
    Member member = detector.member(candidate.id(), candidate.generation());
    if (member != null) {
      changed(detector.failed(member, kind, status, now));
    }
    request.tried.add(candidate);
    FailedTry failed =
        new FailedTry(
            kind,
            status,
            request.method,
            request.tries,
            kind != FailureKind.CONNECT,
            true,
            false,
            gone,
            anotherLeft(request));
    if (RetryRule.decide(policy.retries(), failed, budget, now) == RetryRule.Answer.RETRY) {
      sometimes.saw(Sometimes.State.REQUEST_RETRIED);
      dispatch(request);
    }
    finished();
  }

  private void finished() {
    pump();
    gateway.finished();
  }

  private boolean anotherLeft(SimulatedRequest request) {
    for (Candidate candidate : choices) {
      if (!request.tried.contains(candidate)) {
        return true;
      }
    }
    return false;
  }

  private int timeoutMillis() {
    return (int)
        (choices.length > 1 ? policy.timeouts().attempt() : policy.timeouts().response())
            .toMillis();
  }

  private @Nullable Endpoint endpoint(Candidate candidate) {
    for (Endpoint endpoint : endpoints) {
      if (endpoint.id().equals(candidate.id()) && endpoint.generation() == candidate.generation()) {
        return endpoint;
      }
    }
    return null;
  }

  private Optional<SimulatedProcess> process(Endpoint endpoint) {
    return endpoint.address().map(Address::port).flatMap(machine::at);
  }

  private void after(int millis, Runnable task) {
    time.schedule(
        Duration.ofMillis(millis),
        () -> {
          if (!gateway.isClosed()) {
            task.run();
          }
        });
  }

  private long now() {
    return time.now().nanos();
  }
}
