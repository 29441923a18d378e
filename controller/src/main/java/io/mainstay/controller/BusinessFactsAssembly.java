package io.mainstay.controller;

import io.mainstay.controller.Published.ServiceState;
import io.mainstay.decisions.balancing.Tier;
import io.mainstay.decisions.business.BusinessFacts;
import io.mainstay.decisions.business.BusinessFacts.Diversion;
import io.mainstay.decisions.business.BusinessFacts.Instance;
import io.mainstay.decisions.business.BusinessFacts.Service;
import io.mainstay.decisions.business.Reach;
import io.mainstay.decisions.fleet.Member;
import io.mainstay.decisions.fleet.ServiceView;
import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Business;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.FlowStatus;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Topology;
import io.mainstay.model.state.TransactionKey;
import io.mainstay.model.state.TransactionRun;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Brings together what the business rule needs to know. */
final class BusinessFactsAssembly {
  private BusinessFactsAssembly() {}

  static BusinessFacts assemble(
      Published published,
      List<TransactionRun> finished,
      List<TransactionKey> lost,
      List<BusinessFacts.Refusal> refused,
      EvidenceKeeper evidence,
      Optional<Topology> topology) {
    Map<ServiceName, String> suspects = suspects(published);
    List<Service> services = new ArrayList<>();
    long generation = 0;
    for (ServiceState state : published.services().values()) {
      generation = Math.max(generation, state.view().generation());
      state
          .view()
          .wanted()
          .ifPresent(wanted ->
              services.add(service(wanted.spec(), state.view(), evidence, topology, suspects)));
    }
    services.sort(Comparator.comparing(Service::name));
    return new BusinessFacts(
        services,
        judged(finished, services, elsewhere(published, topology)),
        lost,
        refused,
        generation);
  }

  private static Set<InstanceId> elsewhere(Published published, Optional<Topology> topology) {
    TreeSet<InstanceId> elsewhere = new TreeSet<>();
    topology.ifPresent(seen -> {
      for (ServiceState state : published.services().values()) {
        state.view().members().stream()
            .filter(member -> !member.node().equals(seen.self()))
            .map(Member::id)
            .forEach(elsewhere::add);
      }
    });
    return elsewhere;
  }

  private static List<TransactionRun> judged(
      List<TransactionRun> finished, List<Service> services, Set<InstanceId> elsewhere) {
    BusinessFacts known = new BusinessFacts(services, List.of(), List.of(), List.of(), 0);
    return finished.stream()
        .map(run ->
            known
                .transaction(run.key())
                .map(spec -> Reach.judged(run, spec, elsewhere))
                .orElse(run))
        .toList();
  }

  /** Whom flows that fail speak against; they prove nothing, runs do that. */
  private static Map<ServiceName, String> suspects(Published published) {
    TreeMap<ServiceName, String> suspects = new TreeMap<>();
    for (ServiceState state : published.services().values()) {
      for (FlowStatus flow : state.view().flows()) {
        flow.suspect().ifPresent(suspect -> suspects.put(suspect, "flow " + flow.key() + " fails"));
      }
    }
    return suspects;
  }

  private static Service service(
      ServiceSpec spec,
      ServiceView view,
      EvidenceKeeper evidence,
      Optional<Topology> topology,
      Map<ServiceName, String> suspects) {
    Business business = spec.business();
    List<Instance> instances = new ArrayList<>();
    Predicate<Member> far = topology.map(seen -> far(seen, view)).orElse(_ -> false);
    for (Member member : view.members()) {
      if (member.isWanted()) {
        instances.add(instance(member, view, evidence.isSlow(member.id()), far.test(member)));
      }
    }
    boolean answers = instances.stream().anyMatch(Instance::answers);
    return new Service(
        spec.name(),
        business.transactions(),
        business.whenFailing(),
        business.restore(),
        business.fallback().isPresent(),
        spec.workload() instanceof Workload.Run,
        instances,
        spec.dependsOn(),
        view.overrides().paused(),
        view.overrides().stop().isPresent(),
        isBusy(view),
        view.overrides()
            .diverted()
            .map(diverted -> diverted.ruling().diversion())
            .map(one -> new Diversion(one.share(), one.actor().equals(Actor.SYSTEM))),
        evidence.badAnswers(spec.name()),
        view.overrides().stop().isPresent()
            ? Optional.of("it is shut down")
            : answers
                ? Optional.ofNullable(suspects.get(spec.name()))
                : Optional.of("none of its instances is ready"));
  }

  /** Who gets nothing from that node while others are nearer to it. */
  private static Predicate<Member> far(Topology topology, ServiceView view) {
    Optional<Tier> nearest =
        view.members().stream()
            .filter(BusinessFactsAssembly::isInTraffic)
            .map(member -> Tier.of(topology, member.node()))
            .min(Comparator.naturalOrder());
    return member -> {
      Tier tier = Tier.of(topology, member.node());
      return tier != Tier.EVACUATED && nearest.filter(near -> near.compareTo(tier) < 0).isPresent();
    };
  }

  private static boolean isInTraffic(Member member) {
    return member.isServing() && member.phase() == Phase.READY && member.isReady();
  }

  /** Whether something that was ordered is not done yet. */
  private static boolean isBusy(ServiceView view) {
    return !view.overrides().replacements().isEmpty()
        || !view.overrides().restarts().isEmpty()
        || view.members().stream().anyMatch(Member::restarting);
  }

  private static Instance instance(Member member, ServiceView view, boolean slow, boolean far) {
    boolean confined =
        view.overrides()
            .hold(member.id())
            .filter(hold -> hold.directive() == Directive.ISOLATE)
            .map(Overrides.Hold::actor)
            .filter(Actor.SYSTEM::equals)
            .isPresent();
    boolean answers =
        !member.lost()
            && switch (member.phase()) {
              case READY, HELD -> true;
              case PENDING,
                  STARTING,
                  NOT_READY,
                  FROZEN,
                  PREPARED,
                  DRAINING,
                  STOPPING,
                  BACKING_OFF,
                  PARKED,
                  STOPPED ->
                  false;
            };
    return new Instance(member.id(), isInTraffic(member), answers, confined, slow, far);
  }
}
