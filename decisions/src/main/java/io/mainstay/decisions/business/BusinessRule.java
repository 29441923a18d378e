package io.mainstay.decisions.business;

import io.mainstay.decisions.business.BusinessDecision.News;
import io.mainstay.decisions.business.BusinessDecision.Order;
import io.mainstay.decisions.business.BusinessDecision.RunOrder;
import io.mainstay.decisions.business.BusinessFacts.Service;
import io.mainstay.decisions.business.Case.Stage;
import io.mainstay.decisions.evidence.FlapRule;
import io.mainstay.decisions.evidence.FlapState;
import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.TransactionSpec;
import io.mainstay.model.state.Pin;
import io.mainstay.model.state.TransactionHealth;
import io.mainstay.model.state.TransactionKey;
import io.mainstay.model.state.TransactionRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which transactions are run when, and what follows from how they end. Nothing is done on one
 * failure: a transaction that failed as often in a row as the file says opens a case against the
 * service whose step failed; a trial finds the culprit ({@link BlameRule}); its remedies are used
 * in the order of the file, each once its predecessor did not help ({@link Ladder}); and what was
 * taken out of the traffic returns once it works again ({@link ReturnRule}).
 *
 * <p>Remedies are orders: whoever carries them out asks the governor, and says what was refused.
 * Pure: the same facts, memory and time give the same decision.
 */
public final class BusinessRule {
  private final BusinessFacts facts;
  private final MonotonicTime now;
  private final TreeMap<TransactionKey, TransactionMemory> transactions = new TreeMap<>();
  private final TreeMap<ServiceName, Case> cases = new TreeMap<>();
  private final List<RunOrder> runs = new ArrayList<>();
  private final List<Order> orders = new ArrayList<>();
  private final List<News> news = new ArrayList<>();
  private final ReturnRule returns;
  private final CaseRule casework;

  private BusinessRule(BusinessFacts facts, BusinessMemory memory, MonotonicTime now) {
    this.facts = facts;
    this.now = now;
    for (TransactionMemory transaction : memory.transactions()) {
      if (facts.transaction(transaction.key()).isPresent()) {
        transactions.put(transaction.key(), transaction);
      }
    }
    for (Case one : memory.cases()) {
      if (facts.service(one.service()).isPresent() && transactions.containsKey(one.key())) {
        boolean changed = memory.generation() != facts.generation();
        cases.put(one.service(), changed ? one.looksAgain(now) : one);
      }
    }
    returns = new ReturnRule(facts, memory, now, orders);
    casework = new CaseRule(facts, transactions, cases, memory.frozen(), now, orders, news);
  }

  /** Decides. */
  public static BusinessDecision decide(
      BusinessFacts facts, BusinessMemory memory, MonotonicTime now) {
    return new BusinessRule(facts, memory, now).decide();
  }

  private BusinessDecision decide() {
    facts.services().forEach(this::meet);
    returns.adopt(cases, transactions.keySet());
    facts.lost().forEach(this::lost);
    facts.finished().forEach(this::finished);
    facts.refused().forEach(casework::refused);
    casework.pass(returns);
    transactions.keySet().forEach(this::schedule);
    return new BusinessDecision(
        new BusinessMemory(
            List.copyOf(transactions.values()),
            List.copyOf(cases.values()),
            returns.confined(),
            returns.freed(),
            facts.generation(),
            casework.frozen()),
        runs,
        orders,
        news);
  }

  /** A new transaction; the first runs of many are spread over their cadence. */
  private void meet(Service service) {
    for (TransactionSpec transaction : service.transactions()) {
      TransactionKey key = new TransactionKey(service.name(), transaction.name());
      if (!transactions.containsKey(key)) {
        long spread = Math.floorMod(key.toString().hashCode(), 100);
        transactions.put(
            key,
            new TransactionMemory(
                key,
                TransactionHealth.UNKNOWN,
                0,
                0,
                Optional.empty(),
                now.plus(transaction.every().dividedBy(100).multipliedBy(spread)),
                Optional.empty(),
                List.of(),
                0,
                FlapState.NONE,
                false));
      }
    }
  }

  private void lost(TransactionKey key) {
    TransactionMemory before = transactions.get(key);
    if (before == null || before.running().isEmpty()) {
      return;
    }
    transactions.put(key, before.ended());
    for (Case one : List.copyOf(cases.values())) {
      one.trial()
          .filter(trial -> trial.key().equals(key) && !trial.waiting().isEmpty())
          .ifPresent(
              trial -> cases.put(one.service(), one.at(new Stage.Diagnosing(trial.skipped()))));
    }
  }

  private void finished(TransactionRun run) {
    TransactionMemory before = transactions.get(run.key());
    Optional<TransactionSpec> spec = facts.transaction(run.key());
    if (before == null || spec.isEmpty() || before.running().isEmpty()) {
      return;
    }
    MonotonicTime began = before.running().get();
    boolean confirms = run.pins().equals(before.confirm());
    if (!run.pins().isEmpty() && !confirms) {
      transactions.put(run.key(), before.ended());
      if (!casework.pinned(run)) {
        returns.pinned(run, cases);
      }
      return;
    }
    TransactionMemory after = before.took(run, spec.get().fall()).ended();
    transactions.put(run.key(), after);
    tell(before, after, run);
    casework.unpinned(run, began);
  }

  private void tell(TransactionMemory before, TransactionMemory after, TransactionRun run) {
    if (before.flaps().flapping() != after.flaps().flapping()) {
      news.add(flapping(after));
    }
    boolean flaps = before.flaps().flapping() && after.flaps().flapping();
    if (before.health() == after.health() || flaps) {
      return;
    }
    if (after.health() == TransactionHealth.FAILING) {
      TransactionRun.Failure failure = run.failure().orElseThrow();
      Evidence evidence =
          Evidence.of("transaction", run.key().name())
              .and("failures", after.failures())
              .and("step", failure.label())
              .and("suspect", failure.suspect());
      failure.by().ifPresent(by -> evidence.and("answered-by", by));
      news.add(
          new News(
              EventKind.TRANSACTION_FAILED,
              run.key().service(),
              Optional.empty(),
              "transaction "
                  + run.key().name()
                  + " fails at "
                  + failure.label()
                  + ": "
                  + failure.reason(),
              evidence.map()));
    } else if (before.health() == TransactionHealth.FAILING) {
      news.add(
          new News(
              EventKind.TRANSACTION_PASSED,
              run.key().service(),
              Optional.empty(),
              "transaction " + run.key().name() + " passes again",
              Evidence.of("milliseconds", run.took().toMillis()).map()));
    }
  }

  /** While it flaps, that it fails and passes is no news. */
  private static News flapping(TransactionMemory memory) {
    boolean begins = memory.flaps().flapping();
    String name = memory.key().name();
    return new News(
        begins ? EventKind.FLAPPING_STARTED : EventKind.FLAPPING_STOPPED,
        memory.key().service(),
        Optional.empty(),
        begins
            ? "transaction " + name + " fails and passes by turns"
            : "transaction " + name + " does not flap any more",
        Evidence.of("transaction", name)
            .and("changes-percent", Math.round(FlapRule.percent(memory.flaps())))
            .and("episodes", memory.flaps().episodes())
            .and("health", memory.health().label())
            .map());
  }

  /** At most one run of a transaction at a time: a trial's first, then those of what is out. */
  private void schedule(TransactionKey key) {
    TransactionMemory memory = transactions.get(key);
    TransactionSpec spec = facts.transaction(key).orElseThrow();
    if (memory == null || memory.running().isPresent()) {
      return;
    }
    for (Case one : cases.values()) {
      Optional<Trial> trial = one.trial().filter(each -> each.key().equals(key));
      if (trial.isPresent() && !trial.get().waiting().isEmpty()) {
        start(key, memory, spec, List.of(trial.get().waiting().getFirst()), Duration.ZERO);
        return;
      }
    }
    if (!memory.confirm().isEmpty() && memory.confirm().stream().allMatch(this::serves)) {
      start(key, memory, spec, memory.confirm(), Duration.ZERO);
      return;
    }
    Optional<InstanceId> confined = returns.dueConfined(key);
    if (confined.isPresent()) {
      start(key, memory, spec, List.of(Pin.to(confined.get())), Duration.ZERO);
      return;
    }
    if (memory.due().compareTo(now) > 0) {
      return;
    }
    Optional<InstanceId> proof = returns.proof(key, cases);
    boolean behind = proof.isPresent() && !proof.get().service().equals(key.service());
    if (behind && !memory.proved()) {
      // Users meet the fallback: what they would do is tried as well, right after the proof.
      transactions.put(key, memory.beganProof(now));
      runs.add(new RunOrder(key, List.of(Pin.to(proof.get()))));
      return;
    }
    if (proof.isPresent() && !behind) {
      start(key, memory, spec, List.of(Pin.to(proof.get())), spec.every());
      return;
    }
    Service owner = facts.service(key.service()).orElseThrow();
    // Against nothing a run says nothing: checks tell that nobody serves.
    if (!owner.serving().isEmpty() || owner.diversion().isPresent()) {
      List<Pin> pins = seldomMet(memory, owner);
      start(key, memory.asks(pins), spec, pins, spec.every());
    }
  }

  /**
   * Every second run goes to an instance that it would hardly meet by itself, in turn: one that
   * something speaks against, since a slow one gets few of the requests, or one of another machine,
   * since the gateway of the run prefers what is near. What that one asks is near to it in turn.
   */
  private List<Pin> seldomMet(TransactionMemory memory, Service owner) {
    TransactionSpec spec = facts.transaction(memory.key()).orElseThrow();
    // By the clock: such a run that says nothing must not be followed by nothing but its like.
    long turns = memory.due().nanos() / spec.every().toNanos();
    boolean turn = memory.last().isPresent() && turns % 2 != 0;
    boolean free =
        cases.values().stream()
            .noneMatch(
                one -> one.key().equals(memory.key()) && !(one.stage() instanceof Stage.Mended));
    if (!turn || !free || memory.health() == TransactionHealth.FAILING) {
      return List.of();
    }
    TreeSet<InstanceId> seldom = new TreeSet<>(inOwnTraffic(owner));
    if (owner.diversion().isEmpty() && Reach.asksItself(spec, owner.name())) {
      seldom.addAll(owner.far());
    }
    for (ServiceName called : owner.calls()) {
      facts.service(called).map(BusinessRule::inOwnTraffic).ifPresent(seldom::addAll);
    }
    if (seldom.isEmpty()) {
      return List.of();
    }
    return List.of(Pin.to(List.copyOf(seldom).get((int) (turns / 2 % seldom.size()))));
  }

  private static List<InstanceId> inOwnTraffic(Service service) {
    return service.diversion().isPresent() ? List.of() : service.doubted();
  }

  private boolean serves(Pin pin) {
    return pin.target() instanceof Pin.Target.One one
        && facts
            .service(pin.service())
            .filter(service -> service.serving().contains(one.instance()))
            .isPresent();
  }

  private void start(
      TransactionKey key,
      TransactionMemory memory,
      TransactionSpec spec,
      List<Pin> pins,
      Duration step) {
    MonotonicTime next = memory.due();
    if (!step.isZero()) {
      next = next.plus(step);
      if (next.compareTo(now) <= 0) {
        next = now.plus(spec.every());
      }
    }
    transactions.put(key, memory.began(now, next));
    runs.add(new RunOrder(key, pins));
  }
}
