package io.mainstay.decisions.business;

import io.mainstay.decisions.business.BusinessDecision.News;
import io.mainstay.decisions.business.BusinessDecision.Order;
import io.mainstay.decisions.business.BusinessFacts.BadAnswers;
import io.mainstay.decisions.business.BusinessFacts.Diversion;
import io.mainstay.decisions.business.BusinessFacts.Instance;
import io.mainstay.decisions.business.BusinessFacts.Service;
import io.mainstay.decisions.business.BusinessMemory.Confined;
import io.mainstay.decisions.business.BusinessMemory.Freed;
import io.mainstay.decisions.business.Case.Stage;
import io.mainstay.decisions.evidence.FlapRule;
import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.RestorePolicy;
import io.mainstay.model.state.Pin;
import io.mainstay.model.state.TransactionKey;
import io.mainstay.model.state.TransactionRun;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is out of the traffic returns once transactions that are pinned to it pass: a diverted
 * service share by share, and all at once back out if it fails on the way; then more good runs are
 * asked for than before. An isolated instance is released.
 */
final class ReturnRule {
  private static final int MOST_RELAPSE_DOUBLINGS = 3;

  /**
   * Runs that passed without being seen to get to the instance may have passed by its fallback: so
   * many of them count as one.
   */
  private static final int UNSEEN_AS_ONE = 10;

  /** An isolated instance is left alone for a look at it, but for a run now and then. */
  private static final Duration CONFINED_EVERY = Duration.ofSeconds(30);

  private final BusinessFacts facts;
  private final MonotonicTime now;
  private final List<Order> orders;

  /** What was released so long ago is isolated as if for the first time. */
  private static final Duration FREED_REMEMBERED = Duration.ofHours(1);

  private final TreeMap<InstanceId, Confined> confined = new TreeMap<>();
  private final TreeMap<InstanceId, Freed> freed = new TreeMap<>();

  ReturnRule(BusinessFacts facts, BusinessMemory before, MonotonicTime now, List<Order> orders) {
    this.facts = facts;
    this.now = now;
    this.orders = orders;
    before.confined().forEach(one -> confined.put(one.instance(), one));
    for (Freed one : before.freed()) {
      if (one.until().compareTo(now) > 0 || confined.containsKey(one.instance())) {
        freed.put(one.instance(), one);
      }
    }
  }

  List<Freed> freed() {
    return List.copyOf(freed.values());
  }

  List<Confined> confined() {
    return List.copyOf(confined.values());
  }

  /** What we took out, in this life or before it, is looked after; what is back is forgotten. */
  void adopt(SequencedMap<ServiceName, Case> cases, Set<TransactionKey> keys) {
    TreeSet<InstanceId> held = new TreeSet<>();
    for (Service service : facts.services()) {
      Optional<TransactionKey> key =
          Optional.ofNullable(cases.get(service.name()))
              .map(Case::key)
              .or(() -> witness(service.name(), keys));
      for (Instance instance : service.instances()) {
        if (instance.confined()) {
          held.add(instance.id());
          confined.computeIfAbsent(
              instance.id(), id -> new Confined(id, key, 0, now.plus(CONFINED_EVERY)));
        }
      }
      if (service.diversion().filter(Diversion::own).isPresent()
          && !cases.containsKey(service.name())) {
        key.ifPresent(by ->
            cases.put(
                service.name(), Case.of(service.name(), by, Stage.Returning.from(now, 0, 0))));
      }
    }
    confined.keySet().retainAll(held);
  }

  /** A transaction that shows whether a service works: its own, or one of who asks it. */
  private Optional<TransactionKey> witness(ServiceName service, Set<TransactionKey> keys) {
    Optional<TransactionKey> own =
        keys.stream().filter(key -> key.service().equals(service)).findFirst();
    return own.or(() ->
        keys.stream()
            .filter(key ->
                facts
                    .service(key.service())
                    .filter(owner -> owner.calls().contains(service))
                    .isPresent())
            .findFirst());
  }

  /** An isolated instance whose turn it is. */
  Optional<InstanceId> dueConfined(TransactionKey key) {
    for (Confined one : confined.values()) {
      boolean answers =
          facts.service(one.instance().service()).stream()
              .anyMatch(service -> service.answering().contains(one.instance()));
      if (answers && one.key().equals(Optional.of(key)) && one.due().compareTo(now) <= 0) {
        return Optional.of(one.instance());
      }
    }
    return Optional.empty();
  }

  /** An instance of a diverted service whose turn it is to prove that it works. */
  Optional<InstanceId> proof(TransactionKey key, SequencedMap<ServiceName, Case> cases) {
    for (Case one : cases.values()) {
      if (one.key().equals(key) && one.stage() instanceof Stage.Returning returning) {
        List<InstanceId> answering =
            facts.service(one.service()).map(Service::answering).orElse(List.of());
        if (!answering.isEmpty()) {
          return Optional.of(answering.get(returning.next() % answering.size()));
        }
      }
    }
    return Optional.empty();
  }

  /** Takes the result of a run that was pinned to somebody who is out. */
  void pinned(TransactionRun run, SequencedMap<ServiceName, Case> cases) {
    if (run.outcome() == TransactionRun.Outcome.UNKNOWN
        || run.pins().size() != 1
        || !(run.pins().getFirst().target() instanceof Pin.Target.One target)) {
      return;
    }
    Confined out = confined.get(target.instance());
    if (out != null) {
      confined(out, run.passed());
      return;
    }
    Case one = cases.get(target.instance().service());
    if (one != null && one.stage() instanceof Stage.Returning returning) {
      cases.put(one.service(), one.at(proven(one, returning, run)));
    }
  }

  private void confined(Confined out, boolean passed) {
    Service service = facts.service(out.instance().service()).orElseThrow();
    int passes = passed ? out.passes() + 1 : 0;
    confined.put(
        out.instance(), new Confined(out.instance(), out.key(), passes, now.plus(CONFINED_EVERY)));
    int times = Optional.ofNullable(freed.get(out.instance())).map(Freed::times).orElse(0);
    if (passes >= service.restore().after() * FlapRule.penalty(times)
        && service.restore().mode() == RestorePolicy.Mode.AUTOMATIC) {
      freed.put(out.instance(), new Freed(out.instance(), times + 1, now.plus(FREED_REMEMBERED)));
      orders.add(
          new Order.Release(
              out.instance(), passes + " transactions in a row passed with it while it was out"));
    }
  }

  private Stage proven(Case one, Stage.Returning returning, TransactionRun run) {
    if (run.passed()) {
      return isProof(one, run) ? returning.passed() : returning.passedUnseen(UNSEEN_AS_ONE);
    }
    if (returning.step() == 0) {
      return Stage.Returning.from(returning.since(), returning.relapses(), returning.next());
    }
    boolean own =
        facts.service(one.service()).flatMap(Service::diversion).filter(Diversion::own).isPresent();
    if (!own) {
      // What an operator diverted or restored meanwhile stays as it is.
      return returning;
    }
    return relapse(
        one,
        returning,
        run.failure()
            .map(failure -> failure.label() + ": " + failure.reason())
            .orElse("it failed"));
  }

  /**
   * Whether the run went to the instance that it was pinned to. The first requests of a run are
   * Mainstay's own and do; those of services behind do if these pass on the headers of the run.
   */
  private static boolean isProof(Case one, TransactionRun run) {
    return one.service().equals(run.key().service())
        || run.calls().stream()
            .anyMatch(call ->
                call.instance().map(Pin::to).filter(run.pins().getFirst()::equals).isPresent());
  }

  private Stage relapse(Case one, Stage.Returning returning, String why) {
    orders.add(
        new Order.Share(one.service(), 1, "it failed again while its traffic returned: " + why));
    return Stage.Returning.from(now, returning.relapses() + 1, returning.next());
  }

  /** The next share, if its time has come. */
  void step(Case one, SequencedMap<ServiceName, Case> cases, List<News> news) {
    Stage.Returning returning = (Stage.Returning) one.stage();
    Service service = facts.service(one.service()).orElseThrow();
    if (service.diversion().filter(Diversion::own).isEmpty()) {
      // What an operator diverted, an operator restores.
      cases.remove(one.service());
      return;
    }
    Optional<BadAnswers> bad =
        service.badAnswers().filter(answers -> answers.last().compareTo(returning.since()) > 0);
    if (returning.step() > 0 && bad.isPresent()) {
      cases.put(one.service(), one.at(relapse(one, returning, bad.get().reason())));
      return;
    }
    RestorePolicy policy = service.restore();
    int asked =
        policy.after() << Math.min(MOST_RELAPSE_DOUBLINGS, Math.max(0, returning.relapses()));
    boolean first = returning.step() == 0;
    boolean ready =
        first
            ? returning.passes() >= asked
            : returning.passes() >= 1
                && now.since(returning.since()).compareTo(policy.every()) >= 0;
    if (!ready || service.paused()) {
      return;
    }
    if (policy.mode() == RestorePolicy.Mode.MANUAL) {
      if (returning.passes() == asked) {
        news.add(
            new News(
                EventKind.OPERATOR_NEEDED,
                one.service(),
                Optional.empty(),
                "it works again; its traffic returns by hand (mainstay restore "
                    + one.service()
                    + ")",
                Evidence.of("passes", returning.passes()).map()));
        // One more than was asked for, so that it is said once.
        cases.put(one.service(), one.at(returning.passed()));
      }
      return;
    }
    double back = policy.share().get(Math.min(returning.step(), policy.share().size() - 1));
    boolean all = back >= 1 || returning.step() >= policy.share().size() - 1;
    String passed = returning.passes() + " transactions in a row passed with its own instances";
    orders.add(new Order.Share(one.service(), all ? 0 : 1 - back, passed));
    if (all) {
      cases.remove(one.service());
    } else {
      cases.put(one.service(), one.at(returning.stepped(now)));
    }
  }
}
