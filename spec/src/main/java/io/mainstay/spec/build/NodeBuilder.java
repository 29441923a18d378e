package io.mainstay.spec.build;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Disconnect;
import io.mainstay.model.spec.Place;
import io.mainstay.model.spec.PoolSpec;
import io.mainstay.model.spec.ServiceSpec.Hook;
import io.mainstay.spec.yaml.Value;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/** What the file says of machines: where instances run, and pools of nodes. */
final class NodeBuilder {
  private NodeBuilder() {}

  static Place place(Fields place) {
    return new Place(
        place.text("spread"),
        labels(place, "require"),
        labels(place, "prefer"),
        flag(place, "pack"),
        place.optional("per-node").isPresent()
            ? OptionalInt.of(place.integer("per-node"))
            : OptionalInt.empty(),
        place.texts("apart").stream().filter(ServiceName::isValid).map(ServiceName::new).toList());
  }

  static Disconnect disconnect(Fields fields) {
    return new Disconnect(fields.duration("lost-after"), flag(fields, "replace"));
  }

  /** A pool; empty where its provider is missing or wrong, which was told. */
  static Optional<PoolSpec> pool(String name, Fields pool) {
    if (pool.optional("max").isEmpty()) {
      return Optional.empty();
    }
    int max = pool.integer("max");
    int min = pool.integer("min");
    if (min > max) {
      pool.refuse("min", "at most max, which is " + max);
    }
    if (pool.integer("warm") > max) {
      pool.refuse("warm", "at most max, which is " + max);
    }
    labels(pool, "labels")
        .forEach((label, value) -> {
          if (label.equals(PoolSpec.LABEL)) {
            pool.refuse("labels", "other labels: pool is the name of the pool itself");
          }
        });
    Fields capacity = pool.in("capacity");
    Fields hooks = pool.in("hooks");
    PoolSpec.Hooks turning = new PoolSpec.Hooks(hook(hooks, "ready"), hook(hooks, "drained"));
    return script(pool.in("provider").in("script"))
        .map(provider ->
            new PoolSpec(
                name,
                min,
                max,
                pool.integer("warm"),
                provider,
                pool.duration("idle"),
                pool.duration("cooldown"),
                pool.duration("launch-timeout"),
                labels(pool, "labels"),
                new PoolSpec.Capacity(
                    capacity.number("cpu"), capacity.size("memory"), capacity.integer("instances")),
                turning));
  }

  private static Optional<PoolSpec.Provider> script(Fields script) {
    Optional<List<String>> create = script.command("create");
    Optional<List<String>> destroy = script.command("destroy");
    Optional<List<String>> list = script.command("list");
    if (create.isEmpty() || destroy.isEmpty() || list.isEmpty()) {
      return Optional.empty();
    }
    Duration timeout = script.duration("timeout");
    return Optional.of(
        new PoolSpec.Provider.Script(create.get(), destroy.get(), list.get(), timeout));
  }

  private static Optional<Hook> hook(Fields hooks, String key) {
    Fields fields = hooks.in(key);
    Duration timeout = fields.duration("timeout");
    return (fields.mapping().isPresent() ? fields.command("run") : hooks.command(key))
        .map(words -> new Hook(words, timeout));
  }

  private static boolean flag(Fields fields, String key) {
    return fields.text(key).equals("true");
  }

  private static SequencedMap<String, String> labels(Fields fields, String key) {
    SequencedMap<String, String> labels = new LinkedHashMap<>();
    for (Value.Entry entry : fields.entries(key)) {
      if (entry.value() instanceof Value.Scalar scalar) {
        labels.put(entry.key(), scalar.text());
      }
    }
    return labels;
  }
}
