package io.mainstay.spec.build;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.scenario.Act.Target;
import io.mainstay.model.scenario.Script.Machine;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.spec.yaml.Nearest;
import io.mainstay.spec.yaml.Place;
import io.mainstay.spec.yaml.Problems;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The names that a scenario may speak of: services, their instances, and machines. */
final class ScenarioNames {
  private static final String LEADER = "leader";

  private final Deployment deployment;
  private final List<String> services;
  private final List<String> machines;
  private final Problems problems;

  ScenarioNames(Deployment deployment, List<Machine> machines, Problems problems) {
    this.deployment = deployment;
    this.services = deployment.services().stream().map(spec -> spec.name().value()).toList();
    this.machines = machines.stream().map(machine -> machine.name().value()).toList();
    this.problems = problems;
  }

  /** A service; noted as a problem if there is none of that name. */
  Optional<ServiceName> service(Place place, String path, String text) {
    if (services.contains(text)) {
      return Optional.of(new ServiceName(text));
    }
    refuse(place, path, text, "the name of a service of this scenario", services);
    return Optional.empty();
  }

  /** A service that can be sent requests. */
  Optional<ServiceName> serviceWithPort(Place place, String path, String text) {
    Optional<ServiceName> service = service(place, path, text);
    if (service.flatMap(deployment::service).filter(ScenarioNames::takesNone).isPresent()) {
      problems.add(
          place,
          path,
          text,
          "a service with run and a port: others get no traffic here",
          Optional.empty());
      return Optional.empty();
    }
    return service;
  }

  private static boolean takesNone(ServiceSpec spec) {
    return spec.port() instanceof PortPolicy.None;
  }

  /** An instance, or all of a service. */
  Optional<Target.Instances> instances(Place place, String path, String text) {
    if (services.contains(text)) {
      return Optional.of(new Target.Instances(new ServiceName(text), OptionalInt.empty()));
    }
    Optional<InstanceId> id = instance(text);
    if (id.isEmpty()) {
      refuse(place, path, text, "an instance such as NAME-2, or a service", services);
    }
    return id.map(one -> new Target.Instances(one.service(), OptionalInt.of(one.number())));
  }

  /** An instance whose service exists; it need not run. */
  Optional<InstanceId> instance(String text) {
    return InstanceId.parse(text).filter(id -> services.contains(id.service().value()));
  }

  boolean isService(String text) {
    return services.contains(text);
  }

  boolean isMachine(String text) {
    return machines.contains(text);
  }

  /** A machine, or that of the server that decides. */
  Optional<Target.Machine> machineOrLeader(Place place, String path, String text) {
    return text.equals(LEADER)
        ? Optional.of(new Target.Machine(Optional.empty()))
        : machine(place, path, text).map(node -> new Target.Machine(Optional.of(node)));
  }

  Optional<NodeName> machine(Place place, String path, String text) {
    if (machines.contains(text)) {
      return Optional.of(new NodeName(text));
    }
    refuse(place, path, text, "one of the machines " + String.join(", ", shown()), machines);
    return Optional.empty();
  }

  /** Any of them. */
  boolean knows(String text) {
    return isService(text) || isMachine(text) || instance(text).isPresent();
  }

  void refuse(Place place, String path, String text, String expected) {
    refuse(
        place, path, text, expected, Stream.concat(services.stream(), machines.stream()).toList());
  }

  private void refuse(
      Place place, String path, String text, String expected, List<String> candidates) {
    problems.add(place, path, text, expected, Nearest.of(text, candidates));
  }

  private List<String> shown() {
    return machines.size() <= 5
        ? machines
        : List.of(machines.get(0), machines.get(1), "…", machines.getLast());
  }
}
