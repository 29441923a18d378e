package io.mainstay.spec.build;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.GroupStrategy;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.ServiceSpec.DisruptionBudget;
import io.mainstay.model.spec.ServiceSpec.Hook;
import io.mainstay.model.spec.ServiceSpec.Hooks;
import io.mainstay.model.spec.ServiceSpec.Protocol;
import io.mainstay.model.spec.ServiceSpec.Replicas;
import io.mainstay.model.spec.ServiceSpec.RestartOn;
import io.mainstay.model.spec.ServiceSpec.RestartPolicy;
import io.mainstay.model.spec.ServiceSpec.Standby;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.spec.ServiceSpec.StopPolicy;
import io.mainstay.model.spec.ServiceSpec.UpdatePolicy;
import io.mainstay.model.spec.Workload;
import io.mainstay.spec.yaml.Value.Mapping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One service, with its own contradictions; those between services are found later. */
final class ServiceBuilder {
  private final Fields service;

  private ServiceBuilder(Fields service) {
    this.service = service;
  }

  static ServiceSpec build(ServiceName name, Fields service, Path base) {
    return new ServiceBuilder(service).build(name, base);
  }

  private ServiceSpec build(ServiceName name, Path base) {
    Workload workload = WorkloadBuilder.build(service, base);
    PortPolicy port = WorkloadBuilder.port(service);
    boolean portless = port instanceof PortPolicy.None && workload instanceof Workload.Run;
    Standby standby = standby(workload, portless);
    Replicas replicas = replicas(workload, standby);
    // Who says where instances run has several machines in mind.
    if (port instanceof PortPolicy.Fixed fixed
        && replicas.max() + standby.count() > 1
        && !service.has("place")) {
      service.refuse(
          "port",
          "auto: with the fixed port "
              + fixed.port()
              + " one instance fits on a machine, not "
              + (replicas.max() + standby.count())
              + "; or say place, for several machines");
    }
    if (portless && service.has("listen")) {
      service.refuse("listen", "no listener: with port none it takes no traffic");
    }
    if (portless && service.has("fallback")) {
      service.refuse("fallback", "no fallback: with port none it takes no traffic");
    }
    return new ServiceSpec(
        name,
        workload,
        port,
        TrafficBuilder.enumerated(Protocol.class, service.text("protocol")),
        replicas,
        standby,
        service.duration("ready-after"),
        dependsOn(),
        hooks(service.in("hooks")),
        ChecksBuilder.build(service, portless),
        restart(service.in("restart")),
        stop(service.in("stop")),
        TrafficBuilder.build(service),
        TrafficBuilder.scale(service, replicas),
        budget(service.in("budget"), replicas),
        update(service.in("update"), service.in("budget")),
        NodeBuilder.place(service.in("place")),
        NodeBuilder.disconnect(service.in("disconnect")),
        BusinessBuilder.build(service, name, base),
        group(workload),
        DrillBuilder.drills(service));
  }

  private GroupStrategy group(Workload workload) {
    GroupStrategy group = TrafficBuilder.enumerated(GroupStrategy.class, service.text("group"));
    if (group != GroupStrategy.ONE_FOR_ONE && workload instanceof Workload.Upstreams) {
      service.refuse("group", "one-for-one: somebody else starts its upstreams");
    }
    return group;
  }

  private Replicas replicas(Workload workload, Standby standby) {
    if (workload instanceof Workload.Upstreams upstreams) {
      int count = Math.max(1, upstreams.addresses().size() - standby.count());
      return new Replicas(count, count);
    }
    Optional<Mapping> range = service.mappingOf("replicas");
    if (range.isEmpty()) {
      int count = service.optional("replicas").isPresent() ? service.integer("replicas") : 1;
      return new Replicas(count, count);
    }
    Fields fields = service.in("replicas");
    if (fields.value("min").isEmpty() || fields.value("max").isEmpty()) {
      return new Replicas(1, 1);
    }
    int min = fields.integer("min");
    int max = fields.integer("max");
    if (min > max) {
      fields.refuse("min", "at most max, which is " + max);
      return new Replicas(max, max);
    }
    return new Replicas(min, max);
  }

  private Standby standby(Workload workload, boolean portless) {
    Fields fields = service.in("standby");
    int count;
    if (fields.mapping().isPresent()) {
      count = fields.integer("count");
    } else {
      count = service.integer("standby");
    }
    StandbyMode mode = TrafficBuilder.enumerated(StandbyMode.class, fields.text("mode"));
    if (count > 0 && portless) {
      service.refuse("standby", "no standby: with port none there is no traffic to take over");
    }
    if (workload instanceof Workload.Upstreams upstreams) {
      if (mode != StandbyMode.HOT) {
        fields.refuse("mode", "hot: Mainstay does not run upstreams");
      }
      if (count > 0 && count >= upstreams.addresses().size()) {
        service.refuse("standby", "fewer than the " + upstreams.addresses().size() + " upstreams");
        count = 0;
      }
    }
    return new Standby(count, mode, fields.duration("rehearse"));
  }

  private List<ServiceName> dependsOn() {
    return service.texts("depends-on").stream()
        .filter(ServiceName::isValid)
        .map(ServiceName::new)
        .toList();
  }

  private static Hooks hooks(Fields hooks) {
    return new Hooks(
        hook(hooks, "setup"),
        hook(hooks, "start"),
        hook(hooks, "ready"),
        hook(hooks, "drain"),
        hook(hooks, "stop"));
  }

  private static Optional<Hook> hook(Fields hooks, String key) {
    Fields fields = hooks.in(key);
    Duration timeout = fields.duration("timeout");
    return (fields.mapping().isPresent() ? fields.command("run") : hooks.command(key))
        .map(words -> new Hook(words, timeout));
  }

  private static RestartPolicy restart(Fields fields) {
    Fields loop = fields.in("loop");
    if (fields.duration("backoff").compareTo(fields.duration("max")) > 0) {
      fields.refuse(fields.has("backoff") ? "backoff" : "max", "backoff at most max");
    }
    return new RestartPolicy(
        TrafficBuilder.enumerated(RestartOn.class, fields.text("on")),
        fields.duration("backoff"),
        fields.number("factor"),
        fields.duration("max"),
        fields.duration("reset-after"),
        loop.integer("count"),
        loop.duration("within"));
  }

  private static StopPolicy stop(Fields fields) {
    return new StopPolicy(
        fields.duration("drain"), fields.text("signal"), fields.duration("grace"));
  }

  private static DisruptionBudget budget(Fields fields, Replicas replicas) {
    int floor = fields.integer("floor");
    if (fields.has("floor") && floor > replicas.min()) {
      fields.refuse("floor", "at most " + replicas.min() + ", the lowest number of replicas");
    }
    return new DisruptionBudget(fields.amount("max-unavailable"), floor);
  }

  private static UpdatePolicy update(Fields fields, Fields budget) {
    Amount surge = fields.amount("surge");
    if (isNothing(surge) && isNothing(budget.amount("max-unavailable"))) {
      fields.refuse("surge", "more than 0, since budget.max-unavailable is 0");
    }
    return new UpdatePolicy(surge, fields.duration("ready-within"));
  }

  private static boolean isNothing(Amount amount) {
    return switch (amount) {
      case Amount.Count count -> count.value() == 0;
      case Amount.Share share -> share.fraction() == 0;
    };
  }
}
