package io.mainstay.controller;

import io.mainstay.decisions.business.BusinessDecision;
import io.mainstay.decisions.business.BusinessFacts;
import io.mainstay.decisions.business.BusinessFacts.BadAnswers;
import io.mainstay.decisions.evidence.Entry;
import io.mainstay.decisions.evidence.EvidenceRule;
import io.mainstay.decisions.evidence.Flapping;
import io.mainstay.decisions.evidence.Judgement;
import io.mainstay.decisions.evidence.Ledger;
import io.mainstay.decisions.evidence.Source;
import io.mainstay.decisions.evidence.Subject;
import io.mainstay.decisions.evidence.Witnesses;
import io.mainstay.decisions.evidence.collect.BusinessEvidence;
import io.mainstay.decisions.evidence.collect.EvidenceCollector;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Explanation;
import io.mainstay.model.state.TransactionRun;
import io.mainstay.ports.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the ledger of the server that decides: what speaks for and against each instance, service,
 * node and dependency. A new leader begins with an empty one, and fills it with how things stand in
 * its first pass. One thread writes, any reads.
 */
final class EvidenceKeeper {
  private static final Duration SLOW_COUNTS = EvidenceRule.BAD_TRAFFIC_COUNTS;
  private static final Duration JUDGED_EVERY = Flapping.SLOT.dividedBy(10);

  private final World world;
  private final ConcurrentHashMap<Subject, List<Entry>> readable = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Subject, Flapping> flapping = new ConcurrentHashMap<>();
  private final Ledger ledger = new Ledger(this::changed);
  private final EvidenceCollector collector = new EvidenceCollector(ledger);
  private final BusinessEvidence business = new BusinessEvidence(ledger);
  private volatile MonotonicTime now;
  private Instant wallClock = Instant.EPOCH;
  private MonotonicTime judged;

  EvidenceKeeper(World world, MonotonicTime now) {
    this.world = world;
    this.now = now;
    this.judged = now;
  }

  private void changed(Subject subject, List<Entry> entries) {
    if (entries.isEmpty()) {
      readable.remove(subject);
      flapping.remove(subject);
      return;
    }
    readable.put(subject, entries);
    if (entries.getFirst().isBad()) {
      flapping.computeIfAbsent(subject, _ -> Flapping.from(now));
    }
  }

  /** Somebody else leads: that one collects. */
  void forget() {
    ledger.clear();
    collector.clear();
    business.clear();
  }

  /** Takes in what is known now. */
  void keep(Published published, Time time) {
    if (!world.leads()) {
      return;
    }
    now = time.now();
    wallClock = time.wallClock();
    collector.take(
        published.services().values().stream().map(Published.ServiceState::view).toList(),
        published.nodes(),
        now);
    if (now.since(judged).compareTo(JUDGED_EVERY) >= 0) {
      judged = now;
      flapping.replaceAll((subject, before) -> before.with(fails(subject), now));
      // What never flapped and works for as long as results count needs no watch.
      flapping.entrySet().removeIf(entry -> entry.getValue().isQuiet() && !fails(entry.getKey()));
    }
  }

  private boolean fails(Subject subject) {
    return EvidenceRule.judge(subject, of(subject), now).state() == Judgement.State.FAILS;
  }

  /** What users get from a service, if that is what speaks against it, be it for a moment only. */
  Optional<BadAnswers> badAnswers(ServiceName service) {
    Subject subject = Subject.of(service);
    List<Entry> entries = of(subject);
    Judgement judgement = EvidenceRule.judge(subject, entries, now);
    if (judgement.rule() != Judgement.Rule.BAD_TRAFFIC) {
      return Optional.empty();
    }
    return entries.stream()
        .filter(entry -> entry.isBad() && entry.source().kind() == Source.Kind.TRAFFIC)
        .findFirst()
        .map(entry -> new BadAnswers(judgement.reason(), entry.last()));
  }

  /** Whether it has been slower than its peers lately, as the gateways see it. */
  boolean isSlow(InstanceId instance) {
    return of(Subject.of(instance)).stream()
        .filter(entry -> entry.source().kind() == Source.Kind.LATENCY)
        .findFirst()
        .filter(entry -> entry.isBad() && entry.age(now).compareTo(SLOW_COUNTS) <= 0)
        .isPresent();
  }

  /** When the last pass began. */
  Instant wallClock() {
    return wallClock;
  }

  /** A run of a transaction is over; see {@link BusinessEvidence#ran}. */
  void ran(TransactionRun run, boolean asUser, int fall, BusinessFacts facts) {
    business.ran(run, asUser, fall, facts, now);
  }

  /** The business rule has told something. */
  void told(BusinessDecision.News news) {
    business.told(news, now);
  }

  /** Who speaks for an order. */
  Witnesses witnesses(BusinessDecision.Order.Apply order) {
    return business.witnesses(order, now);
  }

  private List<Entry> of(Subject subject) {
    return readable.getOrDefault(subject, List.of());
  }

  /** The same explanation with what is known for and against its subject. Any thread. */
  Explanation with(Explanation plain, Instant present) {
    Optional<Subject> found = subject(plain.subject());
    if (found.isEmpty()) {
      return plain;
    }
    Subject subject = found.get();
    MonotonicTime at = now;
    List<Entry> own = of(subject);
    List<Entry> shown = new ArrayList<>(own);
    if (subject.kind() == Subject.Kind.SERVICE) {
      readable.forEach((other, entries) -> {
        if (other.kind() == Subject.Kind.DEPENDENCY && other.asking().equals(subject.name())) {
          shown.addAll(entries);
        }
      });
    }
    shown.sort(Comparator.comparing(Entry::last).reversed());
    return new Explanation(
        plain.subject(),
        plain.state(),
        plain.reason(),
        own.isEmpty() ? Optional.empty() : Optional.of(judgement(subject, own, at)),
        shown.stream().map(entry -> witness(entry, at, present)).toList(),
        plain.heldBack(),
        plain.findings());
  }

  private Optional<Subject> subject(String name) {
    if (ServiceName.isValid(name)) {
      Subject service = Subject.of(new ServiceName(name));
      if (readable.containsKey(service)) {
        return Optional.of(service);
      }
    }
    return InstanceId.parse(name)
        .map(Subject::of)
        .filter(readable::containsKey)
        .or(() -> Optional.of(Subject.of(new NodeName(name))).filter(readable::containsKey));
  }

  private Explanation.Judgement judgement(Subject subject, List<Entry> entries, MonotonicTime at) {
    Optional<Flapping> turns = Optional.ofNullable(flapping.get(subject));
    Judgement judgement =
        turns.isPresent()
            ? EvidenceRule.judge(subject, entries, turns.get(), at)
            : EvidenceRule.judge(subject, entries, at);
    return new Explanation.Judgement(
        judgement.state().label(),
        judgement.rule().words(),
        judgement.reason(),
        judgement.overruled().stream()
            .map(entry -> entry.source().describe() + ": " + entry.reason())
            .toList(),
        EvidenceRule.witnesses(entries, at).independent(),
        turns.filter(Flapping::flaps).isPresent());
  }

  private static Explanation.Witness witness(Entry entry, MonotonicTime at, Instant present) {
    return new Explanation.Witness(
        present.minus(at.since(entry.first())),
        present.minus(at.since(entry.last())),
        entry.source().describe(),
        entry.subject().name(),
        entry.sense().label(),
        entry.weight(),
        entry.count(),
        entry.reason());
  }
}
