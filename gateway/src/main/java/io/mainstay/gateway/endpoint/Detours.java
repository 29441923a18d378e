package io.mainstay.gateway.endpoint;

import io.mainstay.decisions.business.DiversionRule;
import io.mainstay.decisions.business.DiversionRule.InForce;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.Overrides.Diversion;
import io.mainstay.ports.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which other ways requests may take: what was told, ruled by the present file and time. Not safe
 * for several threads: under the lock of its director.
 */
final class Detours {
  private final Time time;
  private final TreeMap<ServiceName, ServiceSpec> specs = new TreeMap<>();
  private List<Diversion> told = List.of();
  private final TreeMap<ServiceName, Detour.Own> answers = new TreeMap<>();
  private DiversionRule.Ruling ruling = DiversionRule.Ruling.NOTHING;

  Detours(Time time) {
    this.time = time;
  }

  /**
   * The other ways of one service.
   *
   * @param diversion taken by what arrives, in force now; null: none
   * @param fallback taken by what nobody of the service takes; null: none
   */
  record Ways(@Nullable Detour diversion, @Nullable Detour fallback) {
    static final Ways NONE = new Ways(null, null);
  }

  /** The services of a file; the caller looks at all of them anew. */
  void configure(List<ServiceSpec> services) {
    specs.clear();
    answers.clear();
    for (ServiceSpec spec : services) {
      specs.put(spec.name(), spec);
      if (spec.business().fallback().orElse(null) instanceof Fallback.Answer answer) {
        answers.put(spec.name(), new Detour.Own(answer));
      }
    }
    rule();
  }

  /** What is to be diverted, whole; the services for which that makes a difference. */
  List<ServiceName> told(List<Diversion> diversions) {
    told = List.copyOf(diversions);
    return rule();
  }

  /** Looks for diversions whose time is over. */
  List<ServiceName> look() {
    return told.isEmpty() ? List.of() : rule();
  }

  private List<ServiceName> rule() {
    DiversionRule.Ruling before = ruling;
    ruling = DiversionRule.rule(List.copyOf(specs.values()), told, time.wallClock());
    if (ruling.inForce().equals(before.inForce())) {
      return List.of();
    }
    TreeSet<ServiceName> concerned = new TreeSet<>();
    before.inForce().forEach(one -> concerned.add(one.diversion().service()));
    ruling.inForce().forEach(one -> concerned.add(one.diversion().service()));
    List<ServiceName> changed = new ArrayList<>();
    for (ServiceName name : concerned) {
      if (!ruling.of(name).equals(before.of(name))) {
        changed.add(name);
      }
    }
    return changed;
  }

  /** The other ways of a service. */
  Ways of(ServiceName name, Function<ServiceName, @Nullable TrafficService> services) {
    ServiceSpec spec = specs.get(name);
    Optional<InForce> diverted = ruling.of(name);
    Optional<Fallback> fallback = spec == null ? Optional.empty() : spec.business().fallback();
    if (diverted.isEmpty() && fallback.isEmpty()) {
      return Ways.NONE;
    }
    Detour diversion =
        diverted
            .map(one ->
                detour(name, one.to(), one.diversion().share(), one.diversion().until(), services))
            .orElse(null);
    Detour instead =
        fallback.map(to -> detour(name, to, 1, Optional.empty(), services)).orElse(null);
    return new Ways(diversion, instead);
  }

  private @Nullable Detour detour(
      ServiceName of,
      Fallback to,
      double share,
      Optional<Instant> until,
      Function<ServiceName, @Nullable TrafficService> services) {
    long end = until.map(this::monotonic).orElse(Detour.NO_END);
    return switch (to) {
      case Fallback.Answer _ -> {
        Detour.Own answer = answers.get(of);
        yield answer == null ? null : new Detour(answer, share, end);
      }
      case Fallback.ToService other -> {
        TrafficService service = services.apply(other.service());
        yield service == null ? null : new Detour(new Detour.Other(service), share, end);
      }
    };
  }

  private long monotonic(Instant until) {
    return time.nanos() + Duration.between(time.wallClock(), until).toNanos();
  }
}
