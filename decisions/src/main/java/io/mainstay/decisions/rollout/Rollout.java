package io.mainstay.decisions.rollout;

import io.mainstay.decisions.fleet.Member;
import io.mainstay.decisions.rollout.RolloutMemory.Fresh;
import io.mainstay.decisions.rollout.RolloutMemory.Halt;
import io.mainstay.decisions.rollout.RolloutMemory.InPlace;
import io.mainstay.decisions.rollout.RolloutStep.Exchange;
import io.mainstay.decisions.rollout.RolloutStep.News;
import io.mainstay.decisions.rollout.RolloutStep.Rollback;
import io.mainstay.decisions.scaling.VictimChoice;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings instances from one revision to the next.
 *
 * <p>Usually new ones are started beside the old ({@code surge} at a time, what still drains
 * counts), and each that is ready is exchanged for an old one. With a fixed port, and for
 * upstreams, old and new cannot stand side by side: one at a time is stopped and comes back changed
 * while its requests are held.
 *
 * <p>While one that was exchanged crashes, no other is: a build that ends soon after it was ready
 * costs one instance, not all.
 *
 * <p>A new one that is parked or not ready within {@code ready-within} halts the rollout until the
 * next apply or a resume: it is removed (in place: brought back as it was) and the old ones stay.
 */
public final class Rollout {
  private Rollout() {}

  /** One step; nothing of it is done before the governor has agreed to what costs capacity. */
  public static RolloutStep step(RolloutFacts facts, RolloutMemory before, MonotonicTime now) {
    RolloutMemory memory = refresh(facts, before);
    List<Member> outdated =
        facts.members().stream()
            .filter(member -> member.isRun() && facts.isOutdated(member))
            .toList();
    if (facts.paused() || memory.halt().isPresent()) {
      return RolloutStep.nothing(memory);
    }
    List<InstanceId> stale = stale(facts, memory);
    if (!stale.isEmpty()) {
      return abandon(memory, stale);
    }
    Optional<RolloutStep> failed = failed(facts, memory, now);
    if (failed.isPresent()) {
      return failed.get();
    }
    if (outdated.isEmpty()) {
      return finished(facts, memory);
    }
    if (!memory.active()) {
      return start(facts, memory, outdated);
    }
    return isInPlace(facts.wanted().spec())
        ? inPlace(facts, memory, outdated)
        : exchange(facts, memory, outdated);
  }

  /** Whether old and new cannot stand side by side. */
  public static boolean isInPlace(ServiceSpec spec) {
    return spec.port() instanceof PortPolicy.Fixed || spec.workload() instanceof Workload.Upstreams;
  }

  /** Forgets what is over: gone instances, finished replacements, a halt of an older apply. */
  private static RolloutMemory refresh(RolloutFacts facts, RolloutMemory before) {
    List<Fresh> fresh = new ArrayList<>();
    for (Fresh instance : before.fresh()) {
      if (find(facts, instance.id()).filter(Member::isWanted).isPresent()) {
        fresh.add(instance);
      }
    }
    Optional<InPlace> inPlace =
        before
            .inPlace()
            .filter(instance ->
                find(facts, instance.id())
                    .filter(member -> member.isRun() && !isSettled(member))
                    .isPresent());
    return new RolloutMemory(
        before.revision(), before.active(), fresh, inPlace, halt(facts, before.halt()));
  }

  /**
   * What is stored counts, so that a new leader does not try again and a resume ends it; one that
   * was never seen there is on its way.
   */
  private static Optional<Halt> halt(RolloutFacts facts, Optional<Halt> before) {
    Optional<Halt> stored =
        facts
            .halt()
            .filter(halt -> halt.generation() == facts.generation())
            .map(halt -> new Halt(halt.generation(), halt.reason(), true));
    return stored.or(
        () -> before.filter(halt -> halt.generation() == facts.generation() && !halt.stored()));
  }

  /** New ones of a revision that a later apply has overtaken. */
  private static List<InstanceId> stale(RolloutFacts facts, RolloutMemory memory) {
    return memory.fresh().stream()
        .map(Fresh::id)
        .filter(id -> find(facts, id).filter(facts::isOutdated).isPresent())
        .toList();
  }

  private static RolloutStep abandon(RolloutMemory memory, List<InstanceId> ids) {
    RolloutMemory next = memory;
    for (InstanceId id : ids) {
      next = next.withoutFresh(id);
    }
    return new RolloutStep(
        next, ids, Optional.empty(), List.of(), Optional.empty(), 0, Optional.empty());
  }

  private static RolloutStep start(
      RolloutFacts facts, RolloutMemory memory, List<Member> outdated) {
    RolloutMemory next =
        new RolloutMemory(
            facts.wanted().revision(), true, memory.fresh(), memory.inPlace(), memory.halt());
    String reason =
        "revision " + facts.wanted().revision() + " replaces " + names(outdated) + how(facts);
    return RolloutStep.telling(next, new News.Started(reason));
  }

  private static String how(RolloutFacts facts) {
    return isInPlace(facts.wanted().spec())
        ? ", one at a time in its place"
        : ", new ones beside them";
  }

  private static RolloutStep finished(RolloutFacts facts, RolloutMemory memory) {
    boolean underWay = !memory.fresh().isEmpty() || memory.inPlace().isPresent();
    if (!memory.active() || underWay) {
      // A new one without an old one to go for: the count decides who of them stays.
      RolloutMemory next = memory;
      for (Fresh instance : memory.fresh()) {
        next = next.withoutFresh(instance.id());
      }
      return RolloutStep.nothing(next);
    }
    RolloutMemory next =
        new RolloutMemory(
            facts.wanted().revision(), false, List.of(), Optional.empty(), Optional.empty());
    return RolloutStep.telling(
        next, new News.Finished("all instances have revision " + facts.wanted().revision()));
  }

  private static Optional<RolloutStep> failed(
      RolloutFacts facts, RolloutMemory memory, MonotonicTime now) {
    Duration limit = facts.wanted().spec().update().readyWithin();
    for (Fresh instance : memory.fresh()) {
      Optional<String> why = why(find(facts, instance.id()), instance.since(), limit, now);
      if (why.isPresent()) {
        return Optional.of(halt(facts, memory, instance.id(), why.get(), Optional.empty()));
      }
    }
    if (memory.inPlace().isPresent()) {
      InPlace instance = memory.inPlace().get();
      Optional<String> why = why(find(facts, instance.id()), instance.since(), limit, now);
      if (why.isPresent()) {
        Rollback rollback = new Rollback(instance.id(), instance.previous());
        return Optional.of(halt(facts, memory, instance.id(), why.get(), Optional.of(rollback)));
      }
    }
    return Optional.empty();
  }

  /** Why this new instance counts as failed, if it does. */
  private static Optional<String> why(
      Optional<Member> found, MonotonicTime since, Duration limit, MonotonicTime now) {
    if (found.isEmpty() || isSettled(found.get())) {
      return Optional.empty();
    }
    Member member = found.get();
    String exit = member.lastExit().map(Exit::describe).map(text -> ", " + text).orElse("");
    if (member.phase() == Phase.PARKED && !member.restartPending()) {
      return Optional.of(member.id() + " crashed too often" + exit);
    }
    if (now.since(since).compareTo(limit) >= 0) {
      return Optional.of(member.id() + " was not ready within " + limit.toSeconds() + " s" + exit);
    }
    return Optional.empty();
  }

  private static RolloutStep halt(
      RolloutFacts facts,
      RolloutMemory memory,
      InstanceId culprit,
      String why,
      Optional<Rollback> rollback) {
    String reason =
        "revision "
            + facts.wanted().revision()
            + ": "
            + why
            + (rollback.isPresent() ? "; it goes back to what ran" : "; the old ones stay");
    RolloutMemory next =
        new RolloutMemory(
            memory.revision(),
            false,
            List.of(),
            Optional.empty(),
            Optional.of(new Halt(facts.generation(), reason, false)));
    List<InstanceId> abandoned = memory.fresh().stream().map(Fresh::id).toList();
    return new RolloutStep(
        next,
        abandoned,
        rollback,
        List.of(),
        Optional.empty(),
        0,
        Optional.of(new News.Halted(culprit, reason)));
  }

  private static RolloutStep inPlace(
      RolloutFacts facts, RolloutMemory memory, List<Member> outdated) {
    if (memory.inPlace().isPresent()) {
      return RolloutStep.nothing(memory);
    }
    InstanceId next = order(outdated, facts).getFirst().id();
    return new RolloutStep(
        memory, List.of(), Optional.empty(), List.of(), Optional.of(next), 0, Optional.empty());
  }

  private static RolloutStep exchange(
      RolloutFacts facts, RolloutMemory memory, List<Member> outdated) {
    List<Member> old = order(outdated, facts);
    List<Exchange> exchanges = new ArrayList<>();
    boolean held = facts.members().stream().anyMatch(member -> crashes(facts, memory, member));
    for (Fresh instance : memory.fresh()) {
      if (!held
          && exchanges.size() < old.size()
          && find(facts, instance.id()).filter(Rollout::isSettled).isPresent()) {
        exchanges.add(new Exchange(instance.id(), old.get(exchanges.size()).id()));
      }
    }
    int leaving = 0;
    for (Member member : facts.members()) {
      leaving += member.isWanted() ? 0 : 1;
    }
    int atOnce = facts.wanted().spec().update().surge().of(facts.members().size() - leaving, 1);
    int surge =
        Math.min(atOnce - memory.fresh().size() - leaving, outdated.size() - memory.fresh().size());
    return new RolloutStep(
        memory,
        List.of(),
        Optional.empty(),
        exchanges,
        Optional.empty(),
        Math.max(0, surge),
        Optional.empty());
  }

  /**
   * Whether it is a new one that took its place and ended since: no other old one goes until it is
   * well again.
   */
  private static boolean crashes(RolloutFacts facts, RolloutMemory memory, Member member) {
    return member.isRun()
        && member.isServing()
        && !member.lost()
        && !facts.isOutdated(member)
        && memory.fresh().stream().noneMatch(fresh -> fresh.id().equals(member.id()))
        && switch (member.phase()) {
          case BACKING_OFF, PARKED -> true;
          case PENDING, STARTING -> member.lastExit().isPresent();
          case READY, NOT_READY, FROZEN, PREPARED, HELD, DRAINING, STOPPING, STOPPED -> false;
        };
  }

  /** Standbys first: a revision that does not work shows where it does no harm. */
  private static List<Member> order(List<Member> outdated, RolloutFacts facts) {
    List<Member> ordered = new ArrayList<>();
    List<Member> byVictim = VictimChoice.order(outdated, facts.wanted().revision());
    byVictim.stream().filter(member -> !member.inTraffic()).forEach(ordered::add);
    byVictim.stream().filter(Member::inTraffic).forEach(ordered::add);
    return ordered;
  }

  /** Whether it is what its role asks for. */
  private static boolean isSettled(Member member) {
    return member.isServing() ? member.isReady() : member.isReadyStandby();
  }

  private static Optional<Member> find(RolloutFacts facts, InstanceId id) {
    for (Member member : facts.members()) {
      if (member.id().equals(id)) {
        return Optional.of(member);
      }
    }
    return Optional.empty();
  }

  private static String names(List<Member> members) {
    return String.join(", ", members.stream().map(member -> member.id().toString()).toList());
  }
}
