package io.mainstay.spec.build;

import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.ServiceSpec.Replicas;
import io.mainstay.model.spec.ServiceSpec.ScalePolicy;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.model.spec.TrafficPolicy.Balance;
import io.mainstay.model.spec.TrafficPolicy.Concurrency;
import io.mainstay.model.spec.TrafficPolicy.Failure;
import io.mainstay.model.spec.TrafficPolicy.Outliers;
import io.mainstay.model.spec.TrafficPolicy.Retries;
import io.mainstay.model.spec.TrafficPolicy.Timeouts;
import io.mainstay.spec.yaml.Scalars;
import io.mainstay.spec.yaml.Value.Entry;
import io.mainstay.spec.yaml.Value.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/** How the requests of a service are treated, and what its count follows. */
final class TrafficBuilder {
  private TrafficBuilder() {}

  static TrafficPolicy build(Fields service) {
    return new TrafficPolicy(
        enumerated(Balance.class, service.text("balance")),
        weights(service),
        timeouts(service.in("timeouts")),
        retries(service.in("retries")),
        outliers(service.in("outliers")),
        concurrency(service.in("concurrency")),
        service.duration("slow-start"));
  }

  /** The constant whose name is {@code word} with other case and dashes. */
  static <E extends Enum<E>> E enumerated(Class<E> type, String word) {
    return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static SequencedMap<String, Double> weights(Fields service) {
    SequencedMap<String, Double> weights = new LinkedHashMap<>();
    for (Entry entry : service.entries("weights")) {
      if (entry.value() instanceof Scalar scalar) {
        Scalars.decimal(scalar.text()).ifPresent(weight -> weights.put(entry.key(), weight));
      }
    }
    return weights;
  }

  private static Timeouts timeouts(Fields fields) {
    return new Timeouts(
        fields.duration("connect"),
        fields.duration("attempt"),
        fields.duration("response"),
        fields.duration("idle"));
  }

  private static Retries retries(Fields fields) {
    List<Failure> failures = new ArrayList<>();
    List<Integer> statuses = new ArrayList<>();
    for (String text : fields.texts("on")) {
      if (Character.isDigit(text.charAt(0))) {
        statuses.add(Integer.parseInt(text));
      } else {
        failures.add(enumerated(Failure.class, text));
      }
    }
    List<String> methods = fields.texts("methods");
    if (methods.contains("POST") || methods.contains("PATCH")) {
      fields.refuse("methods", "idempotent methods: a POST or PATCH is never sent twice");
    }
    return new Retries(
        fields.integer("attempts"), fields.share("budget"), failures, statuses, methods);
  }

  private static Outliers outliers(Fields fields) {
    if (fields.duration("eject").compareTo(fields.duration("max-eject")) > 0) {
      fields.refuse(fields.has("eject") ? "eject" : "max-eject", "eject at most max-eject");
    }
    return new Outliers(
        fields.integer("failures"),
        fields.share("error-rate"),
        fields.duration("window"),
        fields.duration("stall"),
        fields.duration("eject"),
        fields.duration("max-eject"),
        fields.share("max-ejected"));
  }

  private static Concurrency concurrency(Fields fields) {
    String limit = fields.text("per-instance");
    return new Concurrency(
        limit.equals("auto") ? OptionalInt.empty() : OptionalInt.of(fields.integer("per-instance")),
        fields.integer("queue"),
        fields.duration("queue-timeout"),
        fields.duration("queue-start-timeout"));
  }

  /** Targets of a range of replicas; without any, 70 % of the learned limit. */
  static Optional<ScalePolicy> scale(Fields service, Replicas replicas) {
    Fields fields = service.in("scale");
    boolean range = service.mappingOf("replicas").isPresent();
    if (!range) {
      if (service.has("scale")) {
        service.refuse("scale", "no scale, or replicas: {min: …, max: …}");
      }
      return Optional.empty();
    }
    if (!replicas.isRange() && !service.has("scale")) {
      return Optional.empty();
    }
    Fields window = fields.in("window");
    if (window.duration("short").compareTo(window.duration("long")) > 0) {
      window.refuse(window.has("short") ? "short" : "long", "short at most long");
    }
    Optional<Amount> concurrency = fields.optional("concurrency").map(Fields::amountOf);
    Optional<Double> rps = fields.optional("rps").flatMap(Scalars::decimal);
    Optional<Double> cpu = fields.optional("cpu").flatMap(Scalars::share);
    if (concurrency.isEmpty() && rps.isEmpty() && cpu.isEmpty()) {
      concurrency = Optional.of(new Amount.Share(0.7));
    }
    return Optional.of(
        new ScalePolicy(
            concurrency,
            rps,
            cpu,
            window.duration("short"),
            window.duration("long"),
            fields.amount("up-step"),
            fields.integer("down-step"),
            fields.duration("down-delay")));
  }
}
