package io.mainstay.decisions.rollout;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Plan;
import io.mainstay.model.state.Plan.Action;
import io.mainstay.model.state.Plan.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** What applying a deployment would do, before anything is done; names each instance. */
public final class PlanDecider {
  private final List<Step> steps = new ArrayList<>();

  private final List<Overrides.Scale> scales;

  private PlanDecider(List<Overrides.Scale> scales) {
    this.scales = scales;
  }

  /**
   * The plan.
   *
   * @param before what was applied; an empty deployment if nothing was
   * @param after what would be
   * @param running every assignment of every node, sorted by id
   * @param scales counts by hand that outlive the apply
   */
  public static Plan plan(
      Deployment before, Deployment after, List<Assignment> running, List<Overrides.Scale> scales) {
    PlanDecider decider = new PlanDecider(scales);
    SequencedMap<ServiceName, List<Assignment>> byService = new LinkedHashMap<>();
    for (Assignment assignment : running) {
      if (assignment.directive() != Directive.REMOVE) {
        byService
            .computeIfAbsent(assignment.id().service(), _ -> new ArrayList<>())
            .add(assignment);
      }
    }
    decider.listeners(before.listeners(), after.listeners());
    for (ServiceSpec spec : after.services()) {
      List<Assignment> instances = byService.getOrDefault(spec.name(), List.of());
      decider.service(before.service(spec.name()), spec, instances);
    }
    for (ServiceSpec spec : before.services()) {
      if (after.service(spec.name()).isEmpty()) {
        decider.gone(spec.name(), byService.getOrDefault(spec.name(), List.of()));
      }
    }
    return new Plan(decider.steps);
  }

  private void service(
      Optional<ServiceSpec> before, ServiceSpec after, List<Assignment> instances) {
    int wanted = total(after, instances, before);
    List<Assignment> kept = instances.subList(0, Math.min(wanted, instances.size()));
    if (before.isPresent()) {
      SpecDifference difference = SpecDifference.between(before.get(), after);
      for (Assignment instance : kept) {
        if (SpecDifference.replaces(instance.id(), before.get(), after)) {
          add(
              Action.REPLACE,
              instance.id(),
              "differs: " + String.join(", ", difference.replacing()));
        }
      }
      if (!difference.live().isEmpty()) {
        steps.add(
            new Step(
                Action.RECONFIGURE,
                Optional.of(after.name()),
                Optional.empty(),
                Optional.empty(),
                String.join(", ", difference.live()) + ": takes effect on what runs"));
      }
    }
    for (int number = 1, more = wanted - instances.size(); more > 0; number++) {
      InstanceId id = new InstanceId(after.name(), number);
      if (instances.stream().noneMatch(instance -> instance.id().equals(id))) {
        add(
            Action.START,
            id,
            before.isPresent() ? "more instances are wanted" : "the service is new");
        more--;
      }
    }
    for (Assignment instance : instances.subList(kept.size(), instances.size())) {
      add(Action.STOP, instance.id(), "fewer instances are wanted (at least; the least busy go)");
    }
  }

  /** Serving ones and standbys; as many serve as by hand, else within a range as do now. */
  private int total(ServiceSpec after, List<Assignment> instances, Optional<ServiceSpec> before) {
    if (after.workload() instanceof Workload.Upstreams upstreams) {
      return upstreams.addresses().size();
    }
    for (Overrides.Scale scale : scales) {
      if (scale.service().equals(after.name())) {
        return scale.replicas() + after.standby().count();
      }
    }
    int standbysNow = before.map(spec -> spec.standby().count()).orElse(0);
    int serving = Math.max(0, instances.size() - standbysNow);
    int bounded = Math.max(after.replicas().min(), Math.min(after.replicas().max(), serving));
    return bounded + after.standby().count();
  }

  private void gone(ServiceName name, List<Assignment> instances) {
    for (Assignment instance : instances) {
      add(Action.STOP, instance.id(), "the service " + name + " is no longer in the file");
    }
  }

  private void listeners(List<ListenerSpec> before, List<ListenerSpec> after) {
    for (ListenerSpec listener : after) {
      Optional<ListenerSpec> old =
          before.stream().filter(known -> known.name().equals(listener.name())).findFirst();
      if (old.isEmpty()) {
        add(Action.OPEN_LISTENER, listener.name(), "listens on " + listener.bind());
      } else if (!old.get().equals(listener)) {
        add(Action.CHANGE_LISTENER, listener.name(), changes(old.get(), listener));
      }
    }
    for (ListenerSpec listener : before) {
      if (after.stream().noneMatch(known -> known.name().equals(listener.name()))) {
        add(Action.CLOSE_LISTENER, listener.name(), "is no longer in the file");
      }
    }
  }

  private static String changes(ListenerSpec before, ListenerSpec after) {
    List<String> keys = new ArrayList<>();
    if (!before.bind().equals(after.bind())) {
      keys.add("bind from " + before.bind() + " to " + after.bind());
    }
    if (before.protocol() != after.protocol()) {
      keys.add("protocol");
    }
    if (!before.tls().equals(after.tls())) {
      keys.add("tls");
    }
    if (!before.limits().equals(after.limits())) {
      keys.add("limits");
    }
    if (!before.routes().equals(after.routes())) {
      keys.add("routes");
    }
    return String.join(", ", keys);
  }

  private void add(Action action, InstanceId instance, String reason) {
    steps.add(
        new Step(
            action,
            Optional.of(instance.service()),
            Optional.of(instance),
            Optional.empty(),
            reason));
  }

  private void add(Action action, String listener, String reason) {
    steps.add(new Step(action, Optional.empty(), Optional.empty(), Optional.of(listener), reason));
  }
}
