package io.mainstay.controller;

import io.mainstay.controller.Published.ServiceState;
import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.decisions.fleet.Member;
import io.mainstay.decisions.groups.GroupDecision;
import io.mainstay.decisions.groups.GroupFacts;
import io.mainstay.decisions.groups.GroupMemory;
import io.mainstay.decisions.groups.GroupRule;
import io.mainstay.decisions.remedy.LiveRestarts;
import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.GroupStrategy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.Explanation.Finding;
import io.mainstay.model.state.Phase;
import io.mainstay.ports.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Has groups run anew when one of theirs failed, by commands in the name of the system. Only while
 * this server leads; what a leader before had begun and not ordered yet is not gone on with.
 */
final class GroupKeeper {
  private final World world;
  private final EventWriter events;
  private final Findings findings;
  private final BusinessKeeper.Commands commands;
  private GroupMemory memory = GroupMemory.NONE;

  GroupKeeper(
      World world, EventWriter events, Findings findings, BusinessKeeper.Commands commands) {
    this.world = world;
    this.events = events;
    this.findings = findings;
    this.commands = commands;
  }

  /** Somebody else leads. */
  void forget() {
    memory = GroupMemory.NONE;
  }

  /** Decides on all groups. */
  void keep(Published published, Time time) {
    boolean none =
        published.specs().stream().allMatch(spec -> spec.group() == GroupStrategy.ONE_FOR_ONE);
    if (!world.leads() || none) {
      memory = GroupMemory.NONE;
      return;
    }
    GroupDecision decision = GroupRule.decide(facts(published), memory, time.now());
    memory = decision.memory();
    for (GroupDecision.Order order : decision.orders()) {
      Evidence evidence = Evidence.of("failed", order.because());
      order.instances().forEach(id -> evidence.and("with it", id));
      TreeSet<String> subjects = new TreeSet<>();
      subjects.add(order.root().value());
      order.instances().forEach(id -> subjects.add(id.service().value()));
      Finding finding =
          new Finding(
              time.wallClock(),
              "group",
              "restart",
              order.reason() + ": runs " + order.instances() + " anew",
              evidence.map());
      subjects.forEach(subject -> findings.add(subject, finding));
      commands.submit(new Command.RestartGroup(order.instances(), order.reason()), _ -> {});
    }
    for (GroupDecision.Abandoned abandoned : decision.abandoned()) {
      events.write(
          EventKind.REMEDY_REFUSED,
          Optional.of(abandoned.root()),
          Optional.empty(),
          Actor.SYSTEM,
          Optional.empty(),
          abandoned.reason(),
          new Evidence().map());
    }
  }

  private static GroupFacts facts(Published published) {
    List<GroupFacts.Service> services = new ArrayList<>();
    for (ServiceState state : published.services().values()) {
      state.view().wanted().ifPresent(wanted -> services.add(service(wanted.spec(), state)));
    }
    return new GroupFacts(services);
  }

  private static GroupFacts.Service service(ServiceSpec spec, ServiceState state) {
    LiveRestarts live = state.memory().liveRestarts();
    List<GroupFacts.Instance> instances = new ArrayList<>();
    for (Member member : state.view().members()) {
      if (member.isWanted()) {
        instances.add(instance(member, live));
      }
    }
    return new GroupFacts.Service(
        spec.name(),
        spec.group(),
        spec.dependsOn(),
        spec.workload() instanceof Workload.Run,
        state.view().overrides().paused(),
        spacing(spec),
        instances);
  }

  /** As long as an instance must run for its failures to be forgotten. */
  private static Duration spacing(ServiceSpec spec) {
    return spec.restart().resetAfter();
  }

  private static GroupFacts.Instance instance(Member member, LiveRestarts live) {
    InstanceId id = member.id();
    boolean runs =
        member.phase() == Phase.READY
            || member.phase() == Phase.NOT_READY
            || member.phase() == Phase.FROZEN;
    return new GroupFacts.Instance(
        id,
        member.generation(),
        member.assignment().minGeneration(),
        Optional.ofNullable(live.restarted().get(id)).map(LiveRestarts.Last::at),
        runs && !member.lost(),
        member.isReady() || member.isReadyStandby(),
        !member.isRun());
  }
}
