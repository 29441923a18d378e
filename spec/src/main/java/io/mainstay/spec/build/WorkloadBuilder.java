package io.mainstay.spec.build;

import io.mainstay.model.Address;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.spec.Workload.EnvironmentValue;
import io.mainstay.spec.yaml.Place;
import io.mainstay.spec.yaml.Problems;
import io.mainstay.spec.yaml.Scalars;
import io.mainstay.spec.yaml.Value;
import io.mainstay.spec.yaml.Value.Entry;
import io.mainstay.spec.yaml.Value.Mapping;
import io.mainstay.spec.yaml.Value.Scalar;
import io.mainstay.spec.yaml.Value.Sequence;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;

/** What a service consists of. */
final class WorkloadBuilder {
  /** Keys that mean nothing for what Mainstay does not run. */
  private static final List<String> ONLY_WITH_RUN =
      List.of(
          "dir",
          "env",
          "user",
          "limits",
          "port",
          "replicas",
          "ready-after",
          "hooks",
          "restart",
          "scale",
          "update");

  private WorkloadBuilder() {}

  static Workload build(Fields service, Path base) {
    if (service.has("upstreams")) {
      return upstreams(service);
    }
    return new Workload.Run(
        service.command("run").orElse(List.of("missing")),
        service.path("dir", base),
        environment(service, base),
        service.optional("user"),
        limits(service.in("limits")));
  }

  private static Workload upstreams(Fields service) {
    for (String key : ONLY_WITH_RUN) {
      if (service.has(key)) {
        service.refuse(key, "no " + key + " beside upstreams, which Mainstay does not run");
      }
    }
    List<Address> addresses =
        service.texts("upstreams").stream().flatMap(text -> Address.parse(text).stream()).toList();
    return new Workload.Upstreams(addresses);
  }

  private static SequencedMap<String, EnvironmentValue> environment(Fields service, Path base) {
    SequencedMap<String, EnvironmentValue> environment = new LinkedHashMap<>();
    Map<String, Place> places = new LinkedHashMap<>();
    for (Entry entry : service.entries("env")) {
      String path = Problems.below(service.below("env"), entry.key());
      if (entry.key().startsWith("MAINSTAY_")
          || (entry.key().equals("PORT") && !service.text("port").equals("none"))) {
        service
            .problems()
            .add(
                entry.place(),
                path,
                entry.key(),
                "another name: Mainstay gives this one to the instance",
                Optional.empty());
      }
      environmentValue(service, entry.value(), path, base)
          .ifPresent(value -> environment.put(entry.key(), value));
      places.put(entry.key(), entry.place());
    }
    return EnvironmentOrder.of(environment, places, service.below("env"), service.problems());
  }

  private static Optional<EnvironmentValue> environmentValue(
      Fields service, Value value, String path, Path base) {
    return switch (value) {
      case Scalar scalar -> Optional.of(new EnvironmentValue.Text(scalar.text()));
      case Sequence list -> Optional.empty();
      case Mapping mapping -> {
        Fields fields = service.at("env", mapping, path);
        if (fields.value("file").isPresent()) {
          yield Optional.of(new EnvironmentValue.FromFile(fields.path("file", base)));
        }
        yield fields.command("command").map(EnvironmentValue.FromCommand::new);
      }
    };
  }

  private static Workload.Limits limits(Fields fields) {
    return new Workload.Limits(
        fields
            .optional("memory")
            .flatMap(Scalars::size)
            .map(OptionalLong::of)
            .orElse(OptionalLong.empty()),
        fields
            .optional("cpu")
            .flatMap(Scalars::decimal)
            .map(OptionalDouble::of)
            .orElse(OptionalDouble.empty()),
        fields
            .optional("files")
            .flatMap(Scalars::integer)
            .map(OptionalLong::of)
            .orElse(OptionalLong.empty()));
  }

  /** Upstreams have addresses of their own and get no port. */
  static PortPolicy port(Fields service) {
    if (service.has("upstreams")) {
      return new PortPolicy.None();
    }
    return switch (service.text("port")) {
      case "auto" -> new PortPolicy.Auto();
      case "none" -> new PortPolicy.None();
      default -> new PortPolicy.Fixed(service.integer("port"));
    };
  }
}
