package io.mainstay.controller;

import io.mainstay.decisions.fleet.ServiceView;
import io.mainstay.decisions.flow.FlowWatch;
import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.FlowSpec;
import io.mainstay.model.spec.Remedy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.Explanation.Finding;
import io.mainstay.model.state.FlowHealth;
import io.mainstay.model.state.FlowKey;
import io.mainstay.model.state.FlowSighting;
import io.mainstay.model.state.FlowStatus;
import io.mainstay.ports.FlowQueries;
import io.mainstay.ports.FlowSource;
import io.mainstay.ports.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Watches the flows of the file and tells how they stand. Real traffic proves no culprit, and
 * requests of users are not run again: nothing is done to anybody for a flow alone. The
 * transactions of the services that it names decide, and operators are told. Only while this server
 * leads; a new leader begins to watch anew.
 */
final class FlowKeeper {
  /** Not more often than that, however often there is a pass. */
  private static final Duration EVERY = Duration.ofMillis(900);

  private final World world;
  private final Optional<FlowSource> source;
  private final Optional<FlowQueries> queries;
  private final EventWriter events;
  private final Findings findings;
  private final TreeMap<FlowKey, FlowWatch> watches = new TreeMap<>();
  private final TreeMap<FlowKey, FlowPoll> polls = new TreeMap<>();
  private Optional<MonotonicTime> looked = Optional.empty();

  /**
   * Wires it up.
   *
   * @param source what gateways see; empty: nobody tells
   * @param queries asks what followed; empty: nobody does
   */
  FlowKeeper(
      World world,
      Optional<FlowSource> source,
      Optional<FlowQueries> queries,
      EventWriter events,
      Findings findings) {
    this.queries = queries;
    this.world = world;
    this.source = source;
    this.events = events;
    this.findings = findings;
  }

  /** Somebody else leads. */
  void forget() {
    watches.clear();
    polls.clear();
    looked = Optional.empty();
  }

  /** The views with how the flows stand that this server watches. */
  List<ServiceView> marked(List<ServiceView> views) {
    if (watches.isEmpty()) {
      return views;
    }
    List<ServiceView> marked = new ArrayList<>(views.size());
    for (ServiceView view : views) {
      List<FlowStatus> own =
          view.wanted().stream()
              .flatMap(wanted -> wanted.spec().business().flows().stream())
              .map(flow -> watches.get(new FlowKey(view.name(), flow.name())))
              .filter(watch -> watch != null)
              .map(FlowWatch::status)
              .toList();
      marked.add(own.isEmpty() ? view : view.withFlows(own));
    }
    return marked;
  }

  /** Takes in what was seen, and tells what follows from it. */
  void keep(Published published, Time time) {
    if (!world.leads() || source.isEmpty()) {
      return;
    }
    MonotonicTime now = time.now();
    if (looked.filter(before -> now.since(before).compareTo(EVERY) < 0).isPresent()) {
      return;
    }
    looked = Optional.of(now);
    meet(published, time);
    if (watches.isEmpty()) {
      return;
    }
    polls.values().forEach(poll -> poll.step(now));
    FlowSource.Taken taken = source.get().take();
    List<FlowSighting> sightings = new ArrayList<>(taken.sightings());
    sightings.sort(Comparator.comparing(FlowSighting::time));
    for (FlowSighting seen : sightings) {
      FlowWatch watch = watches.get(seen.flow());
      if (watch != null) {
        watch.take(seen);
      }
    }
    watches.forEach((key, watch) -> {
      if (taken.dropped() > 0) {
        watch.dropped(taken.dropped(), taken.upTo());
      }
      judgedUpTo(watch, polls.get(key), taken.upTo())
          .flatMap(upTo -> watch.judge(upTo, time.wallClock()))
          .ifPresent(change -> tell(key, watch, change, published, time));
    });
  }

  /** Up to when both sides are known; empty: one is not. */
  private static Optional<MonotonicTime> judgedUpTo(
      FlowWatch watch, @Nullable FlowPoll poll, MonotonicTime seen) {
    return switch (watch.spec().then()) {
      case FlowSpec.Requests _ -> Optional.of(seen);
      case FlowSpec.Sql _, FlowSpec.Promql _ ->
          poll == null
              ? Optional.empty()
              : poll.covered().map(known -> known.since(seen).isNegative() ? known : seen);
    };
  }

  /** Those of the file are watched, from now on where they are new or say something else. */
  private void meet(Published published, Time time) {
    Set<FlowKey> known = new LinkedHashSet<>();
    for (ServiceSpec spec : published.specs()) {
      for (FlowSpec flow : spec.business().flows()) {
        FlowKey key = new FlowKey(spec.name(), flow.name());
        known.add(key);
        FlowWatch before = watches.get(key);
        if (before == null || !before.spec().equals(flow)) {
          watch(key, flow, time);
        }
      }
    }
    watches.keySet().retainAll(known);
    polls.keySet().retainAll(known);
  }

  private void watch(FlowKey key, FlowSpec flow, Time time) {
    FlowWatch watch = new FlowWatch(key, flow, time.now(), time.wallClock());
    watches.put(key, watch);
    polls.remove(key);
    if (flow.then() instanceof FlowSpec.Asked asked) {
      if (queries.isPresent()) {
        polls.put(key, new FlowPoll(key, watch, asked, queries.get()));
      } else {
        watch.unasked("nobody asks what followed here");
      }
    }
  }

  private void tell(
      FlowKey key, FlowWatch watch, FlowWatch.Change change, Published published, Time time) {
    boolean passes = change.health() == FlowHealth.PASSING;
    EventKind kind = passes ? EventKind.FLOW_PASSED : EventKind.FLOW_FAILED;
    String reason =
        "flow "
            + key.name()
            + (passes
                ? " passes: "
                : change.health() == FlowHealth.SILENT ? " is silent: " : " fails: ")
            + change.reason();
    tell(kind, key.service(), reason, change.evidence(), time);
    Optional<ServiceName> suspect = watch.status().suspect();
    Finding finding =
        new Finding(time.wallClock(), "flow", kind.label(), reason, change.evidence());
    suspect
        .filter(other -> !other.equals(key.service()))
        .ifPresent(other -> findings.add(other.value(), finding));
    if (suspect.isPresent() && nobodyDecides(key, suspect.get(), published)) {
      tell(
          EventKind.OPERATOR_NEEDED,
          key.service(),
          reason
              + "; requests of users do not prove whose fault that is, and there are no"
              + " transactions of "
              + key.service()
              + (suspect.get().equals(key.service()) ? "" : " or " + suspect.get())
              + " that would",
          change.evidence(),
          time);
    }
  }

  /** Whether operators are to be told, and no transaction finds out more. */
  private static boolean nobodyDecides(FlowKey key, ServiceName suspect, Published published) {
    boolean notifies =
        published.specs().stream()
            .filter(spec -> spec.name().equals(key.service()))
            .anyMatch(spec -> spec.business().whenFailing().contains(Remedy.NOTIFY));
    return notifies
        && published.specs().stream()
            .filter(spec -> spec.name().equals(key.service()) || spec.name().equals(suspect))
            .allMatch(spec -> spec.business().transactions().isEmpty());
  }

  private void tell(
      EventKind kind,
      ServiceName service,
      String reason,
      SequencedMap<String, String> evidence,
      Time time) {
    events.write(
        kind,
        Optional.of(service),
        Optional.empty(),
        Actor.SYSTEM,
        Optional.empty(),
        reason,
        evidence);
    findings.add(
        service.value(), new Finding(time.wallClock(), "flow", kind.label(), reason, evidence));
  }
}
