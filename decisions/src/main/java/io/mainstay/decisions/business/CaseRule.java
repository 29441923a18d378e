package io.mainstay.decisions.business;

import io.mainstay.decisions.business.BusinessDecision.News;
import io.mainstay.decisions.business.BusinessDecision.Order;
import io.mainstay.decisions.business.BusinessFacts.Refusal;
import io.mainstay.decisions.business.BusinessFacts.Service;
import io.mainstay.decisions.business.Case.Stage;
import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Remedy;
import io.mainstay.model.spec.TransactionSpec;
import io.mainstay.model.state.Pin;
import io.mainstay.model.state.TransactionHealth;
import io.mainstay.model.state.TransactionKey;
import io.mainstay.model.state.TransactionRun;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The cases of one pass: opened, tried, acted on, closed. */
final class CaseRule {
  private static final int HELPED = 2;
  private static final int MOST_SUSPECTS = 5;
  private static final int REMEMBERED_RUNS = 30;

  /** A restart or a replacement that takes longer than this did not help. */
  private static final Duration LONGEST_WORK = Duration.ofMinutes(10);

  private final BusinessFacts facts;
  private final SequencedMap<TransactionKey, TransactionMemory> transactions;
  private final SequencedMap<ServiceName, Case> cases;
  private final MonotonicTime now;
  private final List<Order> orders;
  private final List<News> news;
  private boolean frozen;

  CaseRule(
      BusinessFacts facts,
      SequencedMap<TransactionKey, TransactionMemory> transactions,
      SequencedMap<ServiceName, Case> cases,
      boolean frozen,
      MonotonicTime now,
      List<Order> orders,
      List<News> news) {
    this.facts = facts;
    this.transactions = transactions;
    this.cases = cases;
    this.frozen = frozen;
    this.now = now;
    this.orders = orders;
    this.news = news;
  }

  boolean frozen() {
    return frozen;
  }

  /** Takes the result of a pinned run; false if no trial asked for it. */
  boolean pinned(TransactionRun run) {
    for (Case one : cases.values()) {
      Optional<Trial> trial = one.trial();
      if (trial.isPresent()
          && trial.get().key().equals(run.key())
          && !trial.get().waiting().isEmpty()
          && run.pins().equals(List.of(trial.get().waiting().getFirst()))) {
        cases.put(one.service(), one.at(new Stage.Diagnosing(trial.get().took(run))));
        return true;
      }
    }
    return false;
  }

  /** Takes the result of a run that went as a user's. */
  void unpinned(TransactionRun run, MonotonicTime began) {
    for (Case one : List.copyOf(cases.values())) {
      if (one.key().equals(run.key())
          && one.stage() instanceof Stage.Helping helping
          && !began.isBefore(helping.since())
          && run.outcome() != TransactionRun.Outcome.UNKNOWN) {
        cases.put(
            one.service(),
            one.at(
                new Stage.Helping(
                    helping.remedy(),
                    helping.culprit(),
                    helping.ordered(),
                    helping.since(),
                    run.passed() ? helping.passes() + 1 : 0,
                    run.passed() ? 0 : helping.failures() + 1)));
      }
    }
  }

  /** An order was not carried out: it did not help, then. */
  void refused(Refusal refusal) {
    Case one = cases.get(refusal.service());
    if (one != null
        && one.stage() instanceof Stage.Helping helping
        && helping.remedy() == refusal.remedy()) {
      TransactionSpec spec = facts.transaction(one.key()).orElseThrow();
      act(one, helping.culprit(), spec);
    }
  }

  /** Everything that does not wait for a run. */
  void pass(ReturnRule returns) {
    frozen = FreezeRule.holds(frozen, facts, cases.values(), news);
    for (TransactionMemory transaction : transactions.values()) {
      if (transaction.failures() > 0
          && transaction.health() == TransactionHealth.FAILING
          && !isKnown(transaction.key())) {
        open(transaction);
      }
    }
    for (Case one : List.copyOf(cases.values())) {
      TransactionSpec spec = facts.transaction(one.key()).orElseThrow();
      switch (one.stage()) {
        case Stage.Diagnosing diagnosing -> diagnose(one, diagnosing.trial(), spec);
        case Stage.Helping helping -> watch(one, helping, spec);
        case Stage.Returning _ -> {
          returns.step(one, cases, news);
          if (!cases.containsKey(one.service())) {
            // How it failed before it was diverted is no reason to look for a culprit now.
            transactions.computeIfPresent(one.key(), (_, memory) -> memory.returned());
          }
        }
        case Stage.Mended mended -> mended(one, mended);
        case Stage.Resting resting -> rest(one, resting);
      }
    }
  }

  private boolean isKnown(TransactionKey key) {
    return cases.values().stream().anyMatch(one -> one.key().equals(key));
  }

  private void open(TransactionMemory transaction) {
    TransactionRun.Failure failure =
        transaction.last().flatMap(TransactionRun::failure).orElse(null);
    if (failure == null) {
      return;
    }
    Optional<InstanceId> doubted = asked(transaction.last().orElseThrow());
    Optional<Service> suspect =
        doubted
            .flatMap(one -> facts.service(one.service()))
            .or(() -> facts.service(failure.suspect()))
            .or(() -> facts.service(transaction.key().service()));
    if (suspect.isEmpty()
        || suspect.get().paused()
        || suspect.get().stopped()
        || cases.containsKey(suspect.get().name())) {
      // Who is suspected already is dealt with; whose automation is off is left alone.
      return;
    }
    Trial trial = BlameRule.begin(transaction.key(), suspect.get(), doubted.or(failure::by));
    cases.put(
        suspect.get().name(),
        Case.of(suspect.get().name(), transaction.key(), new Stage.Diagnosing(trial)));
  }

  /** Whom a run was to ask because something spoke against that one. */
  private static Optional<InstanceId> asked(TransactionRun run) {
    return run.pins().size() == 1 && run.pins().getFirst().target() instanceof Pin.Target.One one
        ? Optional.of(one.instance())
        : Optional.empty();
  }

  private void diagnose(Case one, Trial trial, TransactionSpec spec) {
    if (!trial.waiting().isEmpty()) {
      return;
    }
    switch (BlameRule.conclude(trial, facts, troubles())) {
      case BlameRule.Step.More more ->
          cases.put(one.service(), one.at(new Stage.Diagnosing(more.trial())));
      case BlameRule.Step.Found found -> blame(one, found.culprit(), trial, spec);
    }
  }

  /** Services that are known not to do their work; the suspect's own trouble is no news. */
  private SequencedMap<ServiceName, String> troubles() {
    TreeMap<ServiceName, String> troubles = new TreeMap<>();
    for (TransactionMemory transaction : transactions.values()) {
      if (transaction.health() == TransactionHealth.FAILING) {
        troubles.put(
            transaction.key().service(),
            "its own transaction " + transaction.key().name() + " fails");
      }
    }
    for (Service service : facts.services()) {
      service.badAnswers().ifPresent(bad -> troubles.put(service.name(), bad.reason()));
      service.trouble().ifPresent(trouble -> troubles.put(service.name(), trouble));
    }
    return troubles;
  }

  private void blame(Case one, Culprit culprit, Trial trial, TransactionSpec spec) {
    Evidence evidence = Evidence.of("transaction", one.key());
    for (Trial.Tried tried : trial.tried()) {
      evidence.and("with " + tried.pin(), tried.passed() ? "passed" : "failed: " + tried.reason());
    }
    switch (culprit) {
      case Culprit.Downstream downstream -> {
        tell(downstream.service(), Optional.empty(), downstream.reason(), evidence);
        pursue(one, downstream, spec);
      }
      case Culprit.Instances some -> {
        for (InstanceId instance : some.instances()) {
          tell(some.service(), Optional.of(instance), some.reason(), evidence);
        }
        actAgainst(some.service(), one, culprit, spec);
      }
      case Culprit.Whole whole -> {
        tell(whole.service(), Optional.empty(), whole.reason(), evidence);
        actAgainst(whole.service(), one, culprit, spec);
      }
      case Culprit.Nobody nobody -> {
        if (one.rounds() == 0) {
          // It may have been a passing thing: look again before anything is done without a culprit.
          cases.put(one.service(), one.exhausted(Patience.rest(one, spec, now)));
        } else {
          act(one, nobody, spec);
        }
      }
    }
  }

  private void tell(
      ServiceName service, Optional<InstanceId> instance, String reason, Evidence evidence) {
    news.add(new News(EventKind.BLAMED, service, instance, reason, evidence.map()));
  }

  /** The case goes on against somebody else, unless that one is dealt with already. */
  private void pursue(Case one, Culprit.Downstream next, TransactionSpec spec) {
    Optional<Service> service = facts.service(next.service());
    boolean circle = one.suspects().contains(next.service());
    if (service.isEmpty() || circle || one.suspects().size() >= MOST_SUSPECTS) {
      act(one, new Culprit.Nobody("it cannot be told whom " + one.suspects() + " fail by"), spec);
      return;
    }
    if (service.get().paused() || service.get().stopped() || cases.containsKey(next.service())) {
      // That one is dealt with, or must not be: this one waits for what comes of it.
      cases.put(one.service(), one.at(Patience.rest(one, spec, now)));
      return;
    }
    cases.remove(one.service());
    Trial trial = BlameRule.begin(one.key(), service.get(), Optional.empty());
    cases.put(next.service(), one.against(next.service(), new Stage.Diagnosing(trial)));
  }

  /** The culprit may be somebody behind the suspect. */
  private void actAgainst(ServiceName service, Case one, Culprit culprit, TransactionSpec spec) {
    if (one.service().equals(service)) {
      act(one, culprit, spec);
    } else if (cases.containsKey(service)) {
      cases.put(one.service(), one.at(Patience.rest(one, spec, now)));
    } else {
      cases.remove(one.service());
      act(one.against(service, one.stage()), culprit, spec);
    }
  }

  /** The next remedy that fits. */
  private void act(Case before, Culprit culprit, TransactionSpec spec) {
    Service service = facts.service(before.service()).orElseThrow();
    Case one = before.withCulprit(culprit, service.whenFailing());
    Ladder.Choice choice = Ladder.next(service, culprit, one.rung(), frozen);
    Evidence evidence = Evidence.of("transaction", one.key()).and("culprit", culprit.reason());
    choice
        .skipped()
        .forEach(skipped -> {
          int colon = skipped.indexOf(':');
          evidence.and("not " + skipped.substring(0, colon), skipped.substring(colon + 2));
        });
    if (service.paused() || choice.remedy().isEmpty()) {
      cases.put(one.service(), one.exhausted(Patience.rest(one, spec, now)));
      if (!service.paused()
          && one.rounds() == 0
          && !service.whenFailing().contains(Remedy.NOTIFY)) {
        notifyOperators(one, "nothing is left to do about it", evidence);
      }
      return;
    }
    Remedy remedy = choice.remedy().get();
    if (remedy == Remedy.NOTIFY) {
      notifyOperators(one, culprit.reason(), evidence);
      act(one.after(choice.index() + 1, culprit, one.stage()), culprit, spec);
      return;
    }
    orders.add(
        new Order.Apply(
            one.service(),
            remedy,
            choice.instances(),
            "transaction " + one.key() + " fails, " + culprit.reason(),
            evidence.map()));
    cases.put(
        one.service(),
        one.after(choice.index() + 1, culprit, new Stage.Helping(remedy, culprit, now, now, 0, 0)));
  }

  private void notifyOperators(Case one, String reason, Evidence evidence) {
    news.add(
        new News(
            EventKind.OPERATOR_NEEDED,
            one.service(),
            Optional.empty(),
            "transaction " + one.key() + " fails: " + reason,
            evidence.map()));
  }

  private void watch(Case one, Stage.Helping helping, TransactionSpec spec) {
    Service service = facts.service(one.service()).orElseThrow();
    if (service.busy() && isWork(helping)) {
      cases.put(
          one.service(),
          one.at(
              new Stage.Helping(
                  helping.remedy(), helping.culprit(), helping.ordered(), now, 0, 0)));
      return;
    }
    boolean diverted = service.diversion().isPresent();
    boolean settled = now.since(helping.since()).compareTo(Patience.of(spec)) >= 0;
    if (diverted && (helping.remedy() == Remedy.DIVERT || helping.remedy() == Remedy.SHUTDOWN)) {
      boolean more =
          helping.remedy() == Remedy.DIVERT
              && Ladder.next(service, helping.culprit(), one.rung(), frozen)
                  .remedy()
                  .filter(next -> next == Remedy.SHUTDOWN)
                  .isPresent();
      if (more) {
        act(one, helping.culprit(), spec);
      } else {
        cases.put(one.service(), one.at(Stage.Returning.from(now, 0, 0)));
      }
    } else if (helping.passes() >= HELPED) {
      Duration memory = Patience.of(spec).multipliedBy(REMEMBERED_RUNS);
      cases.put(one.service(), one.at(new Stage.Mended(now.plus(memory))));
    } else if (helping.failures() >= spec.fall() && settled) {
      again(one, transactions.get(one.key()));
    }
  }

  /** Whether the remedy takes its time, and has not taken too long yet. */
  private boolean isWork(Stage.Helping helping) {
    boolean takesTime = helping.remedy() == Remedy.RESTART || helping.remedy() == Remedy.REPLACE;
    return takesTime && now.since(helping.ordered()).compareTo(LONGEST_WORK) < 0;
  }

  private void rest(Case one, Stage.Resting resting) {
    TransactionMemory memory = transactions.get(one.key());
    if (memory == null) {
      return;
    }
    if (!Patience.isOver(one, resting, facts, now)) {
      return;
    }
    if (memory.health() != TransactionHealth.FAILING) {
      cases.remove(one.service());
      return;
    }
    ServiceName first = one.suspects().getFirst();
    if (!first.equals(one.service()) && !cases.containsKey(first)) {
      // Why it was suspected may be over: the way to it is gone once more.
      cases.remove(one.service());
      again(one.fromTheFirst(), memory);
    } else {
      again(one, memory);
    }
  }

  private void mended(Case one, Stage.Mended mended) {
    TransactionMemory memory = transactions.get(one.key());
    if (memory != null && memory.health() == TransactionHealth.FAILING) {
      again(one, memory);
    } else if (mended.until().compareTo(now) <= 0) {
      cases.remove(one.service());
    }
  }

  /** Before anything drastic is done, it is looked for the culprit anew. */
  private void again(Case one, @Nullable TransactionMemory memory) {
    Service service = facts.service(one.service()).orElseThrow();
    Optional<InstanceId> by =
        Optional.ofNullable(memory)
            .flatMap(TransactionMemory::last)
            .flatMap(TransactionRun::failure)
            .flatMap(TransactionRun.Failure::by);
    cases.put(one.service(), one.at(new Stage.Diagnosing(BlameRule.begin(one.key(), service, by))));
  }
}
