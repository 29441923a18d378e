package io.mainstay.decisions.evidence.collect;

import io.mainstay.decisions.evidence.Entry;
import io.mainstay.decisions.evidence.Entry.Sense;
import io.mainstay.decisions.evidence.Ledger;
import io.mainstay.decisions.evidence.Source;
import io.mainstay.decisions.evidence.Source.Kind;
import io.mainstay.decisions.evidence.Subject;
import io.mainstay.decisions.fleet.Member;
import io.mainstay.decisions.fleet.ServiceOverrides;
import io.mainstay.decisions.fleet.ServiceView;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.state.FlowHealth;
import io.mainstay.model.state.FlowStatus;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.NodeState;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.ServiceSignals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Writes into a {@link Ledger} what changed between two views of the fleet, and every {@link
 * #TRAFFIC_EVERY} what the traffic says. What stays as it is costs one look a pass. What was so
 * before the first view is taken as news, except exits that were got over.
 *
 * <p>For one thread.
 */
public final class EvidenceCollector {
  /** Signals are of the last second: not more often than that. */
  public static final Duration TRAFFIC_EVERY = Duration.ofMillis(900);

  /** A median of fewer says nothing about one of them. */
  private static final int PEERS = 3;

  private static final Duration TIDY_EVERY = Duration.ofMinutes(1);

  private final Ledger ledger;
  private final InstanceEvidence instances;
  private final LinkedHashMap<InstanceId, Seen> seen = new LinkedHashMap<>();
  private final LinkedHashMap<Subject, String> words = new LinkedHashMap<>();
  private final LinkedHashMap<Subject, Boolean> works = new LinkedHashMap<>();
  private final LinkedHashMap<NodeName, NodeState> nodes = new LinkedHashMap<>();
  private Optional<MonotonicTime> looked = Optional.empty();
  private Optional<MonotonicTime> tidied = Optional.empty();

  /** What was known of an instance in the last view. */
  private record Seen(Subject subject, Optional<ObservedInstance> observed, Member.Reach reach) {}

  /** Writes into this one. */
  public EvidenceCollector(Ledger ledger) {
    this.ledger = ledger;
    this.instances = new InstanceEvidence(ledger);
  }

  /** Forgets what was seen; the ledger is left alone. */
  public void clear() {
    seen.clear();
    words.clear();
    works.clear();
    nodes.clear();
    looked = Optional.empty();
    tidied = Optional.empty();
  }

  /** Takes in what is known now. */
  public void take(List<ServiceView> views, List<NodeView> fleet, MonotonicTime now) {
    boolean look = isDue(looked, TRAFFIC_EVERY, now);
    for (ServiceView view : views) {
      boolean pushed =
          view.wanted().flatMap(wanted -> wanted.spec().checks().ready()).stream()
              .anyMatch(check -> check.probe() instanceof Checks.Probe.Push);
      Optional<Duration> median = look ? median(view) : Optional.empty();
      for (Member member : view.members()) {
        Subject subject = instance(member, pushed, now);
        if (look) {
          instances.traffic(subject, member, median, now);
        }
      }
      service(view, now);
      if (look) {
        traffic(view, now);
        flows(view, now);
      }
    }
    fleet.forEach(node -> node(node, now));
    if (look) {
      looked = Optional.of(now);
    }
    if (isDue(tidied, TIDY_EVERY, now)) {
      tidied = Optional.of(now);
      tidy(views, fleet);
    }
  }

  private static boolean isDue(Optional<MonotonicTime> last, Duration every, MonotonicTime now) {
    return last.filter(before -> now.since(before).compareTo(every) < 0).isEmpty();
  }

  private Subject instance(Member member, boolean pushed, MonotonicTime now) {
    Seen before = seen.get(member.id());
    if (before == null) {
      before = new Seen(Subject.of(member.id()), Optional.empty(), Member.Reach.PRESENT);
    }
    Subject subject = before.subject();
    boolean sameWords = before.observed().orElse(null) == member.observed().orElse(null);
    if (sameWords && before.reach() == member.reach()) {
      return subject;
    }
    seen.put(member.id(), new Seen(subject, member.observed(), member.reach()));
    if (!sameWords && member.observed().isPresent()) {
      instances.observed(subject, before.observed(), member, pushed, now);
    }
    if (before.reach() != member.reach()) {
      instances.reach(subject, member, now);
    }
    return subject;
  }

  private void service(ServiceView view, MonotonicTime now) {
    Subject subject = Subject.of(view.name());
    word(subject, operatorsOf(view.overrides()), now);
    Set<Subject> held = new LinkedHashSet<>(2);
    for (Overrides.Hold hold : view.overrides().holds()) {
      if (!hold.actor().equals(Actor.SYSTEM)) {
        held.add(Subject.of(hold.instance()));
        word(
            Subject.of(hold.instance()),
            "held by "
                + hold.actor()
                + " ("
                + hold.directive().name().toLowerCase(Locale.ROOT)
                + ")"
                + because(hold.reason()),
            now);
      }
    }
    if (!words.isEmpty()) {
      for (Member member : view.members()) {
        Subject one = Subject.of(member.id());
        if (words.containsKey(one) && !held.contains(one)) {
          word(one, "", now);
        }
      }
    }
    if (view.members().isEmpty() || view.overrides().stop().isPresent()) {
      return;
    }
    boolean any = false;
    for (Member member : view.members()) {
      any |= member.isReady();
    }
    Boolean before = works.put(subject, any);
    // That a service which has never served is not ready yet speaks against nobody.
    if (before == null ? any : before != any) {
      ledger.record(
          Entry.of(
              subject,
              Source.of(Kind.CHECK, "instances"),
              any ? Sense.GOOD : Sense.BAD,
              1,
              any ? "at least one of its instances is ready" : "none of its instances is ready",
              now));
    }
  }

  private static String because(String reason) {
    return reason.isEmpty() ? "" : ": " + reason;
  }

  /** What operators said of a service and still holds; empty: nothing. */
  private static String operatorsOf(ServiceOverrides overrides) {
    List<String> said = new ArrayList<>(0);
    overrides
        .stop()
        .filter(stop -> !stop.actor().equals(Actor.SYSTEM))
        .ifPresent(stop -> said.add("stopped by " + stop.actor() + because(stop.reason())));
    overrides
        .diverted()
        .map(diverted -> diverted.ruling().diversion())
        .filter(one -> !one.actor().equals(Actor.SYSTEM))
        .ifPresent(one -> said.add("diverted by " + one.actor() + because(one.reason())));
    if (overrides.paused()) {
      said.add("automation is paused");
    }
    return String.join("; ", said);
  }

  /** An operator's word, if it is another one than before; empty: it is taken back. */
  private void word(Subject subject, String said, MonotonicTime now) {
    String before = words.getOrDefault(subject, "");
    if (before.equals(said)) {
      return;
    }
    if (said.isEmpty()) {
      words.remove(subject);
    } else {
      words.put(subject, said);
    }
    ledger.record(
        Entry.of(
            subject,
            Source.of(Kind.OPERATOR),
            said.isEmpty() ? Sense.GOOD : Sense.BAD,
            1,
            said.isEmpty() ? "released (was: " + before + ")" : said,
            now));
  }

  /** The median of the latencies of those that have traffic. */
  private static Optional<Duration> median(ServiceView view) {
    List<Duration> latencies = new ArrayList<>(view.members().size());
    for (Member member : view.members()) {
      member
          .signals()
          .filter(signals -> signals.requestsPerSecond() > 0 && !signals.latency().isZero())
          .ifPresent(signals -> latencies.add(signals.latency()));
    }
    if (latencies.size() < PEERS) {
      return Optional.empty();
    }
    Collections.sort(latencies);
    return Optional.of(latencies.get((latencies.size() - 1) / 2));
  }

  private void traffic(ServiceView view, MonotonicTime now) {
    if (view.signals().isEmpty()) {
      return;
    }
    ServiceSignals signals = view.signals().get();
    double bad = signals.refusedPerSecond();
    for (InstanceSignals instance : signals.instances()) {
      bad += instance.failuresPerSecond();
    }
    InstanceEvidence.traffic(
        ledger, Subject.of(view.name()), 0, signals.requestsPerSecond(), bad, "answers", now);
  }

  private void flows(ServiceView view, MonotonicTime now) {
    for (FlowStatus flow : view.flows()) {
      if (flow.health() == FlowHealth.UNKNOWN) {
        continue;
      }
      boolean good = flow.health() == FlowHealth.PASSING;
      Subject subject = Subject.of(view.name());
      Source source = Source.of(Kind.FLOW, flow.key().name());
      if (ledger.newest(subject, source).filter(old -> old.isGood() == good).isEmpty()) {
        ledger.record(
            Entry.of(subject, source, good ? Sense.GOOD : Sense.BAD, 1, flow.reason(), now));
      }
    }
  }

  private void node(NodeView node, MonotonicTime now) {
    NodeState state = node.standing().state();
    NodeState before = nodes.put(node.name(), state);
    if (before == state) {
      return;
    }
    Subject subject = Subject.of(node.name());
    Source session = Source.of(Kind.NODE, node.name().value());
    String reason = node.standing().reason();
    switch (state) {
      case READY -> ledger.record(Entry.of(subject, session, Sense.GOOD, 1, reason, now));
      case SUSPECT -> ledger.record(Entry.of(subject, session, Sense.BAD, 0.5, reason, now));
      case LOST -> ledger.record(Entry.of(subject, session, Sense.BAD, 1, reason, now));
      case JOINING, REMOVED, DRAINING -> {
        // The first two say nothing of how it is; the last is a word, told below.
      }
    }
    word(subject, state == NodeState.DRAINING ? reason : "", now);
  }

  /** Forgets those that are gone. */
  private void tidy(List<ServiceView> views, List<NodeView> fleet) {
    Set<InstanceId> there = new LinkedHashSet<>();
    Set<Subject> known = new LinkedHashSet<>();
    Set<String> services = new LinkedHashSet<>();
    for (ServiceView view : views) {
      services.add(view.name().value());
      known.add(Subject.of(view.name()));
      for (Member member : view.members()) {
        there.add(member.id());
        known.add(Subject.of(member.id()));
      }
    }
    for (NodeView node : fleet) {
      known.add(Subject.of(node.name()));
    }
    seen.keySet().retainAll(there);
    words.keySet().retainAll(known);
    works.keySet().retainAll(known);
    ledger.retain(subject ->
        subject.kind() == Subject.Kind.DEPENDENCY
            ? services.contains(subject.asking())
            : known.contains(subject));
  }
}
