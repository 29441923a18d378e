package io.mainstay.simulator;

import io.mainstay.decisions.business.DiversionRule;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.state.Overrides.Diversion;
import java.util.List;
import java.util.Optional;

/**
 * Where news has arrived, requests go where the diversions that are stored say, and in the share
 * that they say; without one they stay.
 */
final class DiversionsFollowed implements Invariant {
  /** Of a sum of independent draws, beyond which nothing is chance. */
  private static final double DEVIATIONS = 6;

  private List<Diversion> known = List.of();
  private MonotonicTime knownSince = MonotonicTime.ZERO;
  private double expected;
  private double variance;
  private double diverted;

  @Override
  public String claim() {
    return "requests go where diversions say";
  }

  @Override
  public Optional<String> broken(World world) {
    List<Diversion> stored = world.ensemble().state().overrides().diversions();
    if (!stored.equals(known)) {
      known = stored;
      knownSince = world.time().now();
    }
    List<Notes.Arrived> arrived = world.notes().arrived();
    if (arrived.isEmpty()
        || world.time().now().since(knownSince).compareTo(Calm.NEWS_TRAVELS) <= 0) {
      return Optional.empty();
    }
    for (Notes.Arrived one : arrived) {
      if (world.calm().isCalm(one.at())) {
        Optional<String> wrong = wrong(one, world);
        if (wrong.isPresent()) {
          return wrong;
        }
      }
    }
    double bound = DEVIATIONS * Math.sqrt(variance) + 5;
    return Math.abs(diverted - expected) <= bound
        ? Optional.empty()
        : Optional.of(
            "of a share " + expected + " requests should have been diverted, not " + diverted);
  }

  private Optional<String> wrong(Notes.Arrived one, World world) {
    DiversionRule.Ruling ruling =
        DiversionRule.rule(
            world.deployment().services(), known, world.node(one.at()).clock().wallClock());
    Optional<DiversionRule.InForce> first = ruling.of(one.asked());
    if (first.isEmpty()) {
      return one.asked().equals(one.goesTo())
          ? Optional.empty()
          : Optional.of(shown(one) + ", though nothing is diverted");
    }
    world.sometimes().saw(Sometimes.State.REQUEST_DIVERTED);
    ServiceName end = one.asked();
    boolean whole = true;
    Optional<DiversionRule.InForce> next = first;
    while (next.isPresent() && next.get().to() instanceof Fallback.ToService other) {
      whole &= next.get().isWhole();
      end = other.service();
      next = ruling.of(end);
    }
    if (whole) {
      return end.equals(one.goesTo())
          ? Optional.empty()
          : Optional.of(shown(one) + ", though all go to " + end);
    }
    boolean isOneStep = ruling.of(end).isEmpty() && first.get().to().describe().equals(end.value());
    if (isOneStep && isServed(world, one, end)) {
      double share = first.get().diversion().share();
      expected += share;
      variance += share * (1 - share);
      diverted += one.goesTo().equals(end) ? 1 : 0;
    }
    return Optional.empty();
  }

  private static boolean isServed(World world, Notes.Arrived one, ServiceName service) {
    return world
        .node(one.at())
        .server()
        .filter(server -> !server.gateway().traffic(service).isEmpty())
        .isPresent();
  }

  private static String shown(Notes.Arrived one) {
    return "a request for " + one.asked() + " went to " + one.goesTo() + " at " + one.at();
  }
}
