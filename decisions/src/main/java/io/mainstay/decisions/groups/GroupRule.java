package io.mainstay.decisions.groups;

import io.mainstay.decisions.groups.GroupDecision.Abandoned;
import io.mainstay.decisions.groups.GroupDecision.Order;
import io.mainstay.decisions.groups.GroupFacts.Instance;
import io.mainstay.decisions.groups.GroupFacts.Service;
import io.mainstay.decisions.groups.GroupMemory.Round;
import io.mainstay.decisions.groups.GroupMemory.Seen;
import io.mainstay.decisions.groups.GroupMemory.Target;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.GroupStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which instances are run anew since another one failed. The group of a service is the service and
 * all that depend on it, directly or through others. Once an instance that exited by itself, or
 * whose live check condemned it, is ready again, the group follows: with {@code one-for-all} the
 * other instances of the service, and with {@code rest-for-one} too those that depend on it, level
 * by level, each once the one before is ready.
 *
 * <p>What was ordered (an operator's restart, an update, a remedy, another group) is no failure.
 * What fails again before it was ready causes nothing, and a group is run anew at most once within
 * its spacing, so that a crash loop costs only the instance that crashes. Pure.
 */
public final class GroupRule {
  /** A level that takes longer is given up, and what comes after it. */
  static final Duration LONGEST_LEVEL = Duration.ofMinutes(10);

  private final TreeMap<ServiceName, Service> services = new TreeMap<>();
  private final MonotonicTime now;
  private final TreeMap<InstanceId, Seen> seen = new TreeMap<>();
  private final TreeMap<ServiceName, InstanceId> owed = new TreeMap<>();
  private final TreeMap<ServiceName, Round> rounds = new TreeMap<>();
  private final TreeMap<ServiceName, MonotonicTime> began = new TreeMap<>();
  private final List<Order> orders = new ArrayList<>();
  private final List<Abandoned> abandoned = new ArrayList<>();

  private GroupRule(GroupFacts facts, GroupMemory memory, MonotonicTime now) {
    facts.services().forEach(service -> services.put(service.name(), service));
    this.now = now;
    for (Round round : memory.rounds()) {
      if (hasGroup(round.root())) {
        rounds.put(round.root(), round);
      }
    }
    memory
        .owed()
        .forEach((root, id) -> {
          if (hasGroup(root)) {
            owed.put(root, id);
          }
        });
    memory
        .began()
        .forEach((root, at) -> {
          if (hasGroup(root)) {
            began.put(root, at);
          }
        });
  }

  /** Decides. */
  public static GroupDecision decide(GroupFacts facts, GroupMemory memory, MonotonicTime now) {
    GroupRule rule = new GroupRule(facts, memory, now);
    facts.services().forEach(service -> rule.watch(service, memory));
    List.copyOf(rule.owed.keySet()).forEach(rule::begin);
    List.copyOf(rule.rounds.values()).forEach(rule::follow);
    return new GroupDecision(
        new GroupMemory(rule.seen, rule.owed, List.copyOf(rule.rounds.values()), rule.began),
        rule.orders,
        rule.abandoned);
  }

  private boolean hasGroup(ServiceName name) {
    Service service = services.get(name);
    return service != null && service.isRun() && service.strategy() != GroupStrategy.ONE_FOR_ONE;
  }

  /** Who came back from a failure since the last pass. */
  private void watch(Service service, GroupMemory memory) {
    if (!hasGroup(service.name())) {
      return;
    }
    for (Instance instance : service.instances()) {
      Seen before = memory.seen().get(instance.id());
      if (!instance.ready()) {
        if (before != null) {
          seen.put(instance.id(), before);
        }
        continue;
      }
      // A live-check restart that was just granted belongs to the next generation.
      boolean same = before != null && before.generation() == instance.generation();
      seen.put(
          instance.id(), same ? before : new Seen(instance.generation(), instance.liveRestart()));
      boolean failed =
          before != null
              && instance.generation() > before.generation()
              && (instance.generation() > instance.ordered()
                  || !instance.liveRestart().equals(before.liveRestart()));
      if (failed && !service.paused() && !isOnItsOwnLevel(service)) {
        owed.put(service.name(), instance.id());
      }
    }
  }

  /** Then all of its instances are run anew anyway, and nobody who depends on it was yet. */
  private boolean isOnItsOwnLevel(Service service) {
    Round round = rounds.get(service.name());
    return round != null
        && service.strategy() == GroupStrategy.ONE_FOR_ALL
        && round.level().stream().anyMatch(one -> one.id().service().equals(service.name()));
  }

  private void begin(ServiceName root) {
    Service service = services.get(root);
    if (service == null || rounds.containsKey(root) || service.paused()) {
      return;
    }
    MonotonicTime last = began.get(root);
    if (last != null && now.since(last).compareTo(service.spacing()) < 0) {
      return;
    }
    InstanceId because = Objects.requireNonNull(owed.remove(root));
    List<List<ServiceName>> levels = new ArrayList<>();
    if (service.strategy() == GroupStrategy.ONE_FOR_ALL) {
      levels.add(List.of(root));
    }
    levels.addAll(dependents(root));
    began.put(root, now);
    rounds.put(root, new Round(root, because, levels, List.of(), now));
  }

  /** Who depends on it, those first that depend on nobody else of them. */
  private List<List<ServiceName>> dependents(ServiceName root) {
    TreeSet<ServiceName> left = new TreeSet<>();
    boolean more = true;
    while (more) {
      more = false;
      for (Service service : services.values()) {
        boolean depends =
            service.dependsOn().contains(root)
                || service.dependsOn().stream().anyMatch(left::contains);
        more |= depends && !service.name().equals(root) && left.add(service.name());
      }
    }
    List<List<ServiceName>> levels = new ArrayList<>();
    while (!left.isEmpty()) {
      List<ServiceName> level = new ArrayList<>();
      for (ServiceName name : left) {
        if (known(name).dependsOn().stream().noneMatch(left::contains)) {
          level.add(name);
        }
      }
      if (level.isEmpty()) {
        // A circle, which the file does not allow: all at once rather than never.
        level.addAll(left);
      }
      levels.add(level);
      left.removeAll(level);
    }
    return levels;
  }

  /** Goes on with the next level once the present one is done. */
  private void follow(Round before) {
    Round round = before;
    while (round.level().stream().allMatch(this::isDone)) {
      if (round.left().isEmpty()) {
        rounds.remove(round.root());
        return;
      }
      round = next(round);
      rounds.put(round.root(), round);
    }
    if (now.since(round.since()).compareTo(LONGEST_LEVEL) >= 0) {
      rounds.remove(round.root());
      List<InstanceId> late =
          round.level().stream().filter(one -> !isDone(one)).map(Target::id).toList();
      abandoned.add(
          new Abandoned(
              round.root(),
              "not all of its group is run anew: "
                  + late
                  + " not ready again within "
                  + LONGEST_LEVEL.toMinutes()
                  + " minutes"));
    }
  }

  private Round next(Round round) {
    List<Target> level = new ArrayList<>();
    for (ServiceName name : round.left().getFirst()) {
      Service service = services.get(name);
      if (service == null || !service.isRun() || service.paused()) {
        continue;
      }
      for (Instance instance : service.instances()) {
        // What is being started anyway starts after the one that failed is back.
        if (instance.runs() && !instance.held() && !instance.id().equals(round.because())) {
          level.add(new Target(instance.id(), instance.generation()));
        }
      }
    }
    if (!level.isEmpty()) {
      String strategy = known(round.root()).strategy().label();
      orders.add(
          new Order(
              round.root(),
              round.because(),
              level.stream().map(Target::id).toList(),
              round.because() + " failed and is back, " + strategy));
    }
    return new Round(
        round.root(), round.because(), round.left().subList(1, round.left().size()), level, now);
  }

  private Service known(ServiceName name) {
    return Objects.requireNonNull(services.get(name));
  }

  private boolean isDone(Target target) {
    Service service = services.get(target.id().service());
    if (service == null) {
      return true;
    }
    Optional<Instance> found =
        service.instances().stream().filter(one -> one.id().equals(target.id())).findFirst();
    return found.isEmpty()
        || found.get().held()
        || service.paused()
        || (found.get().ready() && found.get().generation() > target.generation());
  }
}
