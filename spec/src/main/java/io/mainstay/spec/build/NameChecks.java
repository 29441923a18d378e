package io.mainstay.spec.build;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.ListenerSpec.Route;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import io.mainstay.spec.build.DeploymentBuilder.ListenerDraft;
import io.mainstay.spec.build.DeploymentBuilder.ServiceDraft;
import io.mainstay.spec.yaml.Nearest;
import io.mainstay.spec.yaml.Problems;
import io.mainstay.spec.yaml.Value;
import io.mainstay.spec.yaml.Value.Entry;
import io.mainstay.spec.yaml.Value.Mapping;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Names that one part of the file uses and another must define. */
final class NameChecks {
  private final List<ServiceDraft> services;
  private final List<ListenerDraft> listeners;
  private final List<String> known;
  private final Set<String> knownSet;
  private final Map<ServiceName, ServiceSpec> byName = new HashMap<>();

  private NameChecks(
      List<ServiceDraft> services, List<ListenerDraft> listeners, List<String> known) {
    this.services = services;
    this.listeners = listeners;
    this.known = known;
    this.knownSet = new HashSet<>(known);
    services.forEach(draft -> byName.put(draft.spec().name(), draft.spec()));
  }

  /**
   * Notes names that nothing has.
   *
   * @param known names of all services, wrong ones included
   */
  static void check(
      List<ServiceDraft> services, List<ListenerDraft> listeners, List<String> known) {
    NameChecks checks = new NameChecks(services, listeners, known);
    services.forEach(draft -> checks.others(draft, draft.fields(), "depends-on"));
    services.forEach(draft -> checks.others(draft, draft.fields().in("place"), "apart"));
    services.forEach(checks::instanceNames);
    services.forEach(checks::weights);
    services.forEach(checks::fallback);
    checks.cycles("depends-on", ServiceSpec::dependsOn);
    checks.cycles("fallback", FallbackChecks::next);
    FallbackChecks.check(services, listeners);
    TransactionChecks.check(services, listeners, known);
    FlowChecks.check(services, listeners, known);
    listeners.forEach(checks::routes);
    checks.listenerNames();
  }

  /** A list of names of other services. */
  private void others(ServiceDraft draft, Fields fields, String key) {
    List<Value> elements = fields.elements(key);
    for (int i = 0; i < elements.size(); i++) {
      if (elements.get(i) instanceof Value.Scalar scalar) {
        another(draft, Problems.below(fields.below(key), i), scalar);
      }
    }
  }

  private void another(ServiceDraft draft, String path, Value.Scalar scalar) {
    if (scalar.text().equals(draft.spec().name().value())) {
      draft.fields().problems().add(path, scalar, "another service, not itself");
    } else if (ServiceName.isValid(scalar.text())) {
      service(draft.fields().problems(), path, scalar);
    }
  }

  private void service(Problems problems, String path, Value.Scalar scalar) {
    if (!knownSet.contains(scalar.text()) && !problems.isFull()) {
      problems.add(
          scalar.place(),
          path,
          scalar.text(),
          "the name of a service of this file",
          Nearest.of(scalar.text(), known));
    }
  }

  /** {@code shop-1} as a service beside {@code shop} could not be told from its instance. */
  private void instanceNames(ServiceDraft draft) {
    String name = draft.spec().name().value();
    InstanceId.parse(name)
        .filter(id -> knownSet.contains(id.service().value()))
        .ifPresent(id ->
            draft
                .fields()
                .problems()
                .add(
                    draft.fields().mapping().orElseThrow().place(),
                    draft.fields().path(),
                    name,
                    "another name: " + name + " is an instance of " + id.service(),
                    Optional.empty()));
  }

  private void weights(ServiceDraft draft) {
    ServiceSpec spec = draft.spec();
    int highest =
        spec.workload() instanceof Workload.Upstreams upstreams
            ? upstreams.addresses().size()
            : spec.replicas().max() + spec.standby().count();
    for (Entry entry : draft.fields().entries("weights")) {
      Optional<InstanceId> id = InstanceId.parse(entry.key());
      if (id.filter(one -> one.service().equals(spec.name()) && one.number() <= highest)
          .isEmpty()) {
        draft
            .fields()
            .problems()
            .add(
                entry.place(),
                Problems.below(draft.fields().below("weights"), entry.key()),
                entry.key(),
                "an instance from " + spec.name() + "-1 to " + spec.name() + "-" + highest,
                Optional.empty());
      }
    }
  }

  private void fallback(ServiceDraft draft) {
    draft
        .fields()
        .entry("fallback")
        .map(Entry::value)
        .filter(Value.Scalar.class::isInstance)
        .map(Value.Scalar.class::cast)
        .filter(scalar -> ServiceName.isValid(scalar.text()))
        .ifPresent(scalar -> another(draft, draft.fields().below("fallback"), scalar));
  }

  private void cycles(String key, Function<ServiceSpec, List<ServiceName>> leadsTo) {
    Set<ServiceName> told = new HashSet<>();
    for (ServiceDraft draft : services) {
      if (!told.contains(draft.spec().name())) {
        List<ServiceName> cycle = CycleFinder.cycle(draft.spec().name(), byName, leadsTo);
        told.addAll(cycle);
        if (!cycle.isEmpty()) {
          draft.fields().refuse(key, "no cycle, not " + CycleFinder.shown(cycle));
        }
      }
    }
  }

  private void routes(ListenerDraft draft) {
    if (!draft.key().equals("bind")) {
      return;
    }
    List<Value> elements = draft.fields().elements("routes");
    for (int i = 0; i < elements.size(); i++) {
      if (elements.get(i) instanceof Mapping mapping) {
        String path = Problems.below(Problems.below(draft.fields().below("routes"), i), "service");
        mapping
            .entry("service")
            .map(Entry::value)
            .filter(Value.Scalar.class::isInstance)
            .map(Value.Scalar.class::cast)
            .filter(scalar -> ServiceName.isValid(scalar.text()))
            .ifPresent(scalar -> target(draft, path, scalar));
      }
    }
  }

  private void target(ListenerDraft draft, String path, Value.Scalar scalar) {
    service(draft.fields().problems(), path, scalar);
    ServiceSpec spec = byName.get(new ServiceName(scalar.text()));
    if (spec == null) {
      return;
    }
    if (spec.port() instanceof PortPolicy.None && spec.workload() instanceof Workload.Run) {
      draft.fields().problems().add(path, scalar, "a service with a port");
    } else if (spec.protocol() == ServiceSpec.Protocol.TCP
        && draft.spec().protocol() == ListenerSpec.Protocol.HTTP) {
      draft
          .fields()
          .problems()
          .add(path, scalar, "a service that speaks HTTP, or protocol tcp for this listener");
    }
  }

  private void listenerNames() {
    Set<String> seen = new HashSet<>();
    for (ListenerDraft draft : listeners) {
      if (!seen.add(draft.spec().name())) {
        draft
            .fields()
            .refuse(
                draft.key(),
                "another name for this listener: the service "
                    + draft.spec().name()
                    + " has one by listen");
      }
    }
  }

  /** The services that {@code route}s of a listener lead to. */
  static List<ServiceName> targets(ListenerSpec listener) {
    return listener.routes().stream().map(Route::service).toList();
  }
}
