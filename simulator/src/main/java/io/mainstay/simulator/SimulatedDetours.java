package io.mainstay.simulator;

import io.mainstay.decisions.business.DiversionRule;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.state.Overrides.Diversion;
import io.mainstay.testkit.SeededRandomness;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Where the requests of a gateway go instead, by the rules of the real one. */
final class SimulatedDetours {
  private final NodeClock clock;
  private final SeededRandomness random;
  private final Predicate<ServiceName> isServed;
  private Optional<Deployment> deployment = Optional.empty();
  private List<Diversion> told = List.of();

  /** Follows what it is told; {@code isServed} says whether somebody takes a service's requests. */
  SimulatedDetours(NodeClock clock, SeededRandomness random, Predicate<ServiceName> isServed) {
    this.clock = clock;
    this.random = random;
    this.isServed = isServed;
  }

  void configure(Deployment newer) {
    deployment = Optional.of(newer);
  }

  void told(List<Diversion> diversions) {
    told = diversions;
  }

  /** What is in force now. */
  DiversionRule.Ruling ruling() {
    return told.isEmpty() || deployment.isEmpty()
        ? DiversionRule.Ruling.NOTHING
        : DiversionRule.rule(deployment.get().services(), told, clock.wallClock());
  }

  /** Where a request of a service goes; empty: it gets an answer in its place. */
  Optional<ServiceName> follow(ServiceName service, SimulatedRequest request) {
    DiversionRule.Ruling ruling = ruling();
    ServiceName at = service;
    Optional<DiversionRule.InForce> diverted = ruling.of(at);
    while (diverted.isPresent() && takes(diverted.get())) {
      if (!(diverted.get().to() instanceof Fallback.ToService other)) {
        return Optional.empty();
      }
      boolean better = !diverted.get().isWhole() && !isServed.test(other.service());
      if (better || !request.leaves(at, other.service())) {
        return Optional.of(at);
      }
      at = other.service();
      diverted = ruling.of(at);
    }
    return Optional.of(at);
  }

  /** Draws only where there is a choice. */
  private boolean takes(DiversionRule.InForce diverted) {
    return diverted.isWhole() || random.nextDouble() < diverted.diversion().share();
  }

  /** The fallback that takes what nobody of a service takes. */
  Optional<Fallback> fallback(ServiceName service) {
    return deployment
        .flatMap(known -> known.service(service))
        .flatMap(spec -> spec.business().fallback());
  }
}
