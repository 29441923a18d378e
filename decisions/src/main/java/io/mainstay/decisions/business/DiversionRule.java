package io.mainstay.decisions.business;

import io.mainstay.model.Actor;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.Overrides.Diversion;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which diversions are in force, and where each of them leads. Pure: every gateway and the leader
 * come to the same from the same overrides, services and time.
 */
public final class DiversionRule {
  private DiversionRule() {}

  /**
   * A diversion that is followed.
   *
   * @param diversion as it was asked for
   * @param to where it leads by the present file
   */
  public record InForce(Diversion diversion, Fallback to) {
    /** Whether it takes all requests. */
    public boolean isWhole() {
      return diversion.share() >= 1;
    }

    private String percent() {
      // Four digits are enough, and 50% is shown without any.
      return BigDecimal.valueOf(diversion.share() * 100)
              .round(new MathContext(4))
              .stripTrailingZeros()
              .toPlainString()
          + "%";
    }

    /** One phrase for a person, such as {@code all requests go to shop-lite}. */
    public String describe() {
      String part = isWhole() ? "all requests" : percent() + " of the requests";
      return switch (to) {
        case Fallback.ToService service -> part + " go to " + service.service();
        case Fallback.Answer answer -> part + " get an answer of " + answer.status();
      };
    }
  }

  /**
   * A diversion that is not followed.
   *
   * @param diversion as it was asked for
   * @param reason one phrase
   */
  public record Dropped(Diversion diversion, String reason) {}

  /**
   * What becomes of the diversions; each is in one of the lists.
   *
   * @param inForce at most one a service
   * @param ended expired, or impossible by the present file
   */
  public record Ruling(List<InForce> inForce, List<Dropped> ended) {
    /** Nothing is diverted. */
    public static final Ruling NOTHING = new Ruling(List.of(), List.of());

    /** Copies the lists. */
    public Ruling {
      inForce = List.copyOf(inForce);
      ended = List.copyOf(ended);
    }

    /** The diversion of a service. */
    public Optional<InForce> of(ServiceName service) {
      for (InForce one : inForce) {
        if (one.diversion().service().equals(service)) {
          return Optional.of(one);
        }
      }
      return Optional.empty();
    }

    /** Why a diversion is not followed; empty if it is. */
    public Optional<String> problem(Diversion diversion) {
      for (Dropped one : ended) {
        if (one.diversion().equals(diversion)) {
          return Optional.of(one.reason());
        }
      }
      return Optional.empty();
    }
  }

  /**
   * Rules. What an operator asked for goes before what Mainstay does itself; among equals the first
   * one counts, so that a later one never closes a circle.
   *
   * @param services of the present file
   */
  public static Ruling rule(
      List<ServiceSpec> services, List<Diversion> diversions, Instant wallClock) {
    if (diversions.isEmpty()) {
      return Ruling.NOTHING;
    }
    TreeMap<ServiceName, ServiceSpec> specs = new TreeMap<>();
    services.forEach(spec -> specs.put(spec.name(), spec));
    TreeMap<ServiceName, InForce> inForce = new TreeMap<>();
    List<Dropped> ended = new ArrayList<>();
    List<Diversion> ordered = new ArrayList<>();
    diversions.stream().filter(one -> !one.actor().equals(Actor.SYSTEM)).forEach(ordered::add);
    diversions.stream().filter(one -> one.actor().equals(Actor.SYSTEM)).forEach(ordered::add);
    for (Diversion diversion : ordered) {
      Optional<Fallback> to = destination(diversion, specs.get(diversion.service()));
      Optional<String> problem =
          problem(diversion, to, specs, wallClock).or(() -> collision(diversion, to, inForce));
      if (problem.isPresent()) {
        ended.add(new Dropped(diversion, problem.get()));
      } else {
        inForce.put(diversion.service(), new InForce(diversion, to.orElseThrow()));
      }
    }
    return new Ruling(List.copyOf(inForce.values()), ended);
  }

  private static Optional<Fallback> destination(Diversion diversion, @Nullable ServiceSpec spec) {
    if (diversion.to().isPresent()) {
      return diversion.to().map(Fallback.ToService::new);
    }
    return spec == null ? Optional.empty() : spec.business().fallback();
  }

  private static Optional<String> problem(
      Diversion diversion,
      Optional<Fallback> to,
      Map<ServiceName, ServiceSpec> specs,
      Instant wallClock) {
    ServiceSpec spec = specs.get(diversion.service());
    if (spec == null) {
      return Optional.of("there is no service " + diversion.service() + " any more");
    }
    if (diversion.until().filter(until -> !wallClock.isBefore(until)).isPresent()) {
      return Optional.of("its time is over");
    }
    if (isPortless(spec)) {
      return Optional.of(spec.name() + " has no port and takes no requests");
    }
    if (!(diversion.share() > 0 && diversion.share() <= 1)) {
      return Optional.of("a share of more than 0% and at most 100% can be diverted");
    }
    return switch (to.orElse(null)) {
      case null -> Optional.of(spec.name() + " has no fallback, so somewhere must be named");
      case Fallback.Answer answer ->
          isTcp(spec)
              ? Optional.of("to bytes that are not HTTP there is no answer")
              : Optional.empty();
      case Fallback.ToService other -> problem(spec, other.service(), specs);
    };
  }

  private static Optional<String> problem(
      ServiceSpec spec, ServiceName to, Map<ServiceName, ServiceSpec> specs) {
    ServiceSpec target = specs.get(to);
    if (to.equals(spec.name())) {
      return Optional.of("a service is not diverted to itself");
    }
    if (target == null) {
      return Optional.of("there is no service " + to);
    }
    if (isPortless(target)) {
      return Optional.of(to + " has no port and takes no requests");
    }
    return isTcp(target) && !isTcp(spec)
        ? Optional.of(to + " does not speak HTTP, as " + spec.name() + " does")
        : Optional.empty();
  }

  private static Optional<String> collision(
      Diversion diversion, Optional<Fallback> to, Map<ServiceName, InForce> inForce) {
    if (inForce.containsKey(diversion.service())) {
      return Optional.of(diversion.service() + " is diverted already");
    }
    StringBuilder way = new StringBuilder(diversion.service().value());
    Fallback at = to.orElse(null);
    while (at instanceof Fallback.ToService next) {
      way.append(" → ").append(next.service());
      if (next.service().equals(diversion.service())) {
        return Optional.of("requests would go in a circle: " + way);
      }
      InForce further = inForce.get(next.service());
      at = further == null ? null : further.to();
    }
    return Optional.empty();
  }

  private static boolean isPortless(ServiceSpec spec) {
    return spec.port() instanceof PortPolicy.None && spec.workload() instanceof Workload.Run;
  }

  private static boolean isTcp(ServiceSpec spec) {
    return spec.protocol() == ServiceSpec.Protocol.TCP;
  }
}
