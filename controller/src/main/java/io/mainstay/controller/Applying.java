package io.mainstay.controller;

import io.mainstay.decisions.rollout.SpecDifference;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.Overrides;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an apply makes of the stored state. */
final class Applying {
  private Applying() {}

  /**
   * The next desired state. A revision grows only if instances are made of something else; it never
   * falls back to a number that an instance still has.
   */
  static Desired next(
      Optional<Desired> before, Deployment deployment, Collection<Assignments> running) {
    Map<ServiceName, Integer> highest = new LinkedHashMap<>();
    for (Assignments assignments : running) {
      for (Assignment assignment : assignments.instances()) {
        highest.merge(assignment.id().service(), assignment.revision(), Math::max);
      }
    }
    Map<ServiceName, Integer> numbers = new LinkedHashMap<>();
    Map<ServiceName, ServiceSpec> specs = new LinkedHashMap<>();
    before.ifPresent(desired -> {
      desired.revisions().forEach(entry -> numbers.put(entry.service(), entry.number()));
      desired.deployment().services().forEach(spec -> specs.put(spec.name(), spec));
    });
    List<Desired.Revision> revisions = new ArrayList<>();
    for (ServiceSpec spec : deployment.services()) {
      ServiceSpec old = specs.get(spec.name());
      int number = numbers.getOrDefault(spec.name(), 0);
      if (old == null || SpecDifference.between(old, spec).replaces()) {
        number = Math.max(number, highest.getOrDefault(spec.name(), 0)) + 1;
      }
      revisions.add(new Desired.Revision(spec.name(), Math.max(1, number)));
    }
    return new Desired(before.map(Desired::generation).orElse(0L) + 1, deployment, revisions);
  }

  /**
   * Overrides that outlive an apply: a count by hand ends when {@code replicas} changes, a halt of
   * a rollout in any case.
   */
  static Overrides overrides(Overrides before, Optional<Desired> old, Deployment deployment) {
    return new Overrides(
            before.scales().stream()
                .filter(scale -> sameReplicas(scale.service(), old, deployment))
                .toList(),
            before.pauses().stream()
                .filter(
                    pause -> pause.service().isEmpty() || has(deployment, pause.service().get()))
                .toList(),
            before.holds().stream()
                .filter(hold -> has(deployment, hold.instance().service()))
                .toList(),
            before.restarts().stream()
                .filter(restart -> has(deployment, restart.instance().service()))
                .toList(),
            List.of())
        .withNodes(before.nodes())
        .withEvacuations(before.evacuations())
        .withDiversions(before.diversions())
        .withStops(before.stops().stream().filter(stop -> has(deployment, stop.service())).toList())
        .withReplacements(
            before.replacements().stream()
                .filter(one -> has(deployment, one.instance().service()))
                .toList());
  }

  private static boolean has(Deployment deployment, ServiceName name) {
    return deployment.service(name).isPresent();
  }

  private static boolean sameReplicas(
      ServiceName name, Optional<Desired> old, Deployment deployment) {
    Optional<ServiceSpec.Replicas> before =
        old.flatMap(desired -> desired.deployment().service(name)).map(ServiceSpec::replicas);
    return deployment.service(name).map(ServiceSpec::replicas).equals(before);
  }
}
