package io.mainstay.simulator;

import io.mainstay.decisions.admission.QueueRule;
import io.mainstay.decisions.balancing.Balancer;
import io.mainstay.decisions.balancing.Candidate;
import io.mainstay.decisions.balancing.Locality;
import io.mainstay.decisions.balancing.Tier;
import io.mainstay.decisions.failover.ServingSet;
import io.mainstay.decisions.outliers.Change;
import io.mainstay.decisions.outliers.Member;
import io.mainstay.decisions.outliers.OutlierDetector;
import io.mainstay.decisions.retry.RetryBudget;
import io.mainstay.decisions.retry.RetryRule;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.testkit.SeededRandomness;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one service in one gateway: a queueing model whose choices (who serves, who gets
 * the next request, who is ejected, what is repeated, who waits) are made by the very classes that
 * the real gateway calls.
 */
final class SimulatedTraffic {
  /** What may be in flight on one instance. */
  private static final int LIMIT = 100;

  private final ServiceName service;
  private final Gateway gateway;
  private final SeededRandomness random;
  private final Sometimes sometimes;
  private final TrafficWitness witness;
  private final List<SimulatedRun> runs = new ArrayList<>();
  private final Deque<SimulatedRequest> queue = new ArrayDeque<>();
  private final OutlierDetector detector;
  private final RetryBudget budget;
  private final Locality locality = new Locality();
  private final Tries tries;
  private TrafficPolicy policy;
  private Balancer balancer;
  private List<Endpoint> endpoints = List.of();
  private Predicate<Endpoint> withdrawn = endpoint -> false;
  private ServingSet set = ServingSet.EMPTY;
  private Candidate[] choices = {};
  private List<Locality.Group> tiers = List.of();
  private int arrived;
  private int refused;
  private double requestsPerSecond;
  private double refusedPerSecond;
  private boolean thawAsked;

  /** What the traffic of a service needs of its gateway. */
  interface Gateway {
    NodeName node();

    long now();

    NodeMailbox box();

    Reach reach();

    Tier tier(NodeName node);

    boolean isSilent(NodeName node);

    void changed(Change change);

    void promoted(ServingSet.Promotion promotion);

    void standbyWanted(ServiceName service);

    boolean hasFallback(ServiceName service);

    /** Whether a request that nobody takes goes elsewhere. */
    boolean instead(ServiceName service, SimulatedRequest request);

    void finished();
  }

  SimulatedTraffic(
      ServiceSpec spec,
      Gateway gateway,
      SeededRandomness random,
      Sometimes sometimes,
      TrafficWitness witness) {
    this.service = spec.name();
    this.gateway = gateway;
    this.random = random;
    this.sometimes = sometimes;
    this.witness = witness;
    this.policy = spec.traffic();
    this.balancer = Balancer.of(policy.balance());
    this.detector = new OutlierDetector(policy.outliers());
    this.budget = new RetryBudget(policy.retries().budget());
    this.tries = new Tries(this, gateway, random, sometimes, witness);
  }

  void configure(ServiceSpec spec) {
    if (!spec.traffic().balance().equals(policy.balance())) {
      balancer = Balancer.of(spec.traffic().balance());
    }
    policy = spec.traffic();
    detector.policy(policy.outliers());
    budget.share(policy.retries().budget());
  }

  TrafficPolicy policy() {
    return policy;
  }

  RetryBudget budget() {
    return budget;
  }

  Candidate[] choices() {
    return choices;
  }

  boolean starting() {
    return set.starting();
  }

  boolean isWithdrawn(Endpoint endpoint) {
    return withdrawn.test(endpoint);
  }

  List<Endpoint> traffic() {
    return set.traffic();
  }

  List<SimulatedRun> runs() {
    return runs;
  }

  /** Who could take requests now, standbys included. */
  List<Endpoint> usable() {
    return endpoints.stream()
        .filter(endpoint -> endpoint.readiness() == Endpoint.Readiness.READY)
        .filter(endpoint -> !withdrawn.test(endpoint))
        .filter(endpoint -> !isOut(endpoint))
        .toList();
  }

  private boolean isOut(Endpoint endpoint) {
    return gateway.isSilent(endpoint.node())
        || detector.isOut(endpoint.id(), endpoint.generation());
  }

  void update(List<Endpoint> newEndpoints, Predicate<Endpoint> isWithdrawn) {
    endpoints = newEndpoints;
    withdrawn = isWithdrawn;
    runs.removeIf(run -> run.candidate().inFlight() == 0 && endpoints.stream().noneMatch(run::is));
    for (Endpoint endpoint : endpoints) {
      SimulatedRun known = find(endpoint);
      if (known == null) {
        known = new SimulatedRun(endpoint);
        known.candidate().slowStart(gateway.now(), policy.slowStart().toNanos());
        runs.add(known);
      }
      known.endpoint(endpoint);
    }
    choose();
  }

  private @Nullable SimulatedRun find(Endpoint endpoint) {
    for (SimulatedRun run : runs) {
      if (run.is(endpoint)) {
        return run;
      }
    }
    return null;
  }

  void arrive(SimulatedRequest request) {
    arrived++;
    budget.requestArrived(gateway.now());
    dispatch(request);
  }

  /** Those that wait. */
  Deque<SimulatedRequest> queue() {
    return queue;
  }

  void tick() {
    long now = gateway.now();
    for (SimulatedRun run : runs) {
      Candidate candidate = run.candidate();
      Member member = detector.member(candidate.id(), candidate.generation());
      if (member != null) {
        detector.observe(member, candidate.inFlight(), candidate.quietSince());
      }
    }
    detector.tick(now, this::changed);
    while (!queue.isEmpty() && isOverdue(queue.peekFirst(), now)) {
      refuse(queue.removeFirst());
    }
  }

  void roll() {
    requestsPerSecond = arrived;
    refusedPerSecond = refused;
    arrived = 0;
    refused = 0;
    runs.forEach(SimulatedRun::roll);
  }

  int inFlight(InstanceId instance, long generation) {
    int sum = 0;
    for (SimulatedRun run : runs) {
      if (run.candidate().id().equals(instance) && run.candidate().generation() == generation) {
        sum += run.candidate().inFlight();
      }
    }
    return sum;
  }

  ServiceSignals signals() {
    List<InstanceSignals> instances = new ArrayList<>();
    int inFlight = 0;
    for (Endpoint endpoint : endpoints) {
      SimulatedRun run = find(endpoint);
      if (run == null) {
        continue;
      }
      inFlight += run.candidate().inFlight();
      instances.add(
          new InstanceSignals(
              endpoint.id(),
              endpoint.generation(),
              run.candidate().inFlight(),
              run.perSecond(),
              run.failedPerSecond(),
              Duration.ofNanos((long) run.candidate().latency(gateway.now())),
              LIMIT,
              isOut(endpoint) ? Optional.of("passive evidence") : Optional.empty(),
              set.traffic().contains(endpoint)));
    }
    return new ServiceSignals(
        service, requestsPerSecond, inFlight, queue.size(), refusedPerSecond, instances);
  }

  /** As the real gateway's director does. */
  void choose() {
    ServingSet before = set;
    Predicate<Endpoint> silent = endpoint -> gateway.isSilent(endpoint.node());
    detector.update(endpoints, withdrawn.or(silent));
    Predicate<Endpoint> lost =
        silent.and(endpoint -> endpoint.readiness() != Endpoint.Readiness.READY);
    set = ServingSet.of(endpoints, withdrawn.or(lost), this::isOut);
    choices = set.traffic().stream().map(this::candidate).toArray(Candidate[]::new);
    EnumMap<Tier, List<Candidate>> byTier = new EnumMap<>(Tier.class);
    for (Endpoint endpoint : set.traffic()) {
      byTier
          .computeIfAbsent(gateway.tier(endpoint.node()), _ -> new ArrayList<>())
          .add(candidate(endpoint));
    }
    List<Locality.Group> groups = new ArrayList<>();
    byTier.forEach(
        (tier, some) -> groups.add(new Locality.Group(tier, some.toArray(Candidate[]::new))));
    tiers = groups;
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
    SimulatedRun run = find(endpoint);
    if (run == null) {
      throw new IllegalStateException("no run of " + endpoint);
    }
    return run.candidate();
  }

  /** Takes in what passive evidence says, if it says something. */
  void changed(@Nullable Change change) {
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

  OutlierDetector detector() {
    return detector;
  }

  void dispatch(SimulatedRequest request) {
    SimulatedRun chosen = chooseFor(request);
    if (chosen == null) {
      hold(request);
    } else {
      tries.send(request, chosen);
    }
  }

  private @Nullable SimulatedRun chooseFor(SimulatedRequest request) {
    long now = gateway.now();
    boolean repeatable =
        RetryRule.mayBeSentTwice(policy.retries(), request.method) && request.tries == 0;
    Member trial = detector.wantsTrial(now, repeatable);
    if (trial != null) {
      for (SimulatedRun run : runs) {
        if (run.candidate().id().equals(trial.id())
            && run.candidate().generation() == trial.generation()
            && endpoints.contains(run.endpoint())) {
          return run;
        }
      }
      detector.trialCancelled(trial);
    }
    if (tiers.isEmpty()) {
      return null;
    }
    long bits = (long) (random.nextDouble() * 0x1p53) << 10;
    Candidate candidate =
        locality.choose(tiers, balancer, this::showRoom, request.tried, now, bits);
    for (SimulatedRun run : runs) {
      if (run.candidate() == candidate) {
        return run;
      }
    }
    return null;
  }

  private void showRoom(int group) {
    for (Candidate candidate : tiers.get(group).candidates()) {
      candidate.limit(LIMIT, candidate.inFlight());
    }
  }

  private void hold(SimulatedRequest request) {
    if (!QueueRule.mayWait(policy.concurrency(), queue.size())) {
      refuse(request);
      return;
    }
    sometimes.saw(Sometimes.State.REQUEST_QUEUED);
    request.waitsSince = gateway.now();
    queue.addLast(request);
    witness.waiting(service, queue.size(), policy.concurrency().queue());
  }

  private boolean isOverdue(SimulatedRequest request, long now) {
    long deadline =
        QueueRule.deadline(
            policy.concurrency(),
            request.waitsSince,
            set.traffic().size(),
            set.starting() && !gateway.hasFallback(service),
            request.deadline);
    return now - deadline >= 0;
  }

  private void refuse(SimulatedRequest request) {
    refused++;
    if (!gateway.instead(service, request)) {
      request.answered.accept(SimulatedRequest.Answer.REFUSED);
      sometimes.saw(Sometimes.State.REQUEST_REFUSED);
    }
  }

  private void pump() {
    for (int i = queue.size(); i > 0 && choices.length > 0; i--) {
      dispatch(queue.removeFirst());
    }
  }

  /** A try is over. */
  void finished() {
    pump();
    gateway.finished();
  }
}
