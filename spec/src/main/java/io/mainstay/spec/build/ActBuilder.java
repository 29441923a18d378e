package io.mainstay.spec.build;

import io.mainstay.model.NodeName;
import io.mainstay.model.scenario.Act;
import io.mainstay.model.scenario.Act.Deed;
import io.mainstay.model.scenario.Act.Target;
import io.mainstay.model.scenario.Trouble;
import io.mainstay.model.spec.Deployment;
import io.mainstay.spec.grammar.ScenarioKeys;
import io.mainstay.spec.yaml.Scalars;
import io.mainstay.spec.yaml.Value;
import io.mainstay.spec.yaml.Value.Entry;
import io.mainstay.spec.yaml.Value.Scalar;
import io.mainstay.spec.yaml.Value.Sequence;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiFunction;

/** One moment of a scenario's timeline. */
final class ActBuilder {
  private final Fields fields;
  private final ScenarioNames names;
  private final BiFunction<Fields, String, Optional<Deployment>> files;

  /**
   * Of one element of the list.
   *
   * @param files reads the file that a key names
   */
  ActBuilder(
      Fields fields, ScenarioNames names, BiFunction<Fields, String, Optional<Deployment>> files) {
    this.fields = fields;
    this.names = names;
    this.files = files;
  }

  /** The act; empty if something about it is wrong, which is noted. */
  Optional<Act> build() {
    Optional<Duration> at = fields.optionalDuration("at");
    for (Trouble trouble : Trouble.values()) {
      if (fields.has(trouble.label())) {
        return trouble(trouble)
            .flatMap(deed -> at.map(when -> new Act(when, lasting(), words(trouble), deed)));
      }
    }
    if (fields.has(ScenarioKeys.OPERATOR)) {
      return order()
          .flatMap(deed ->
              at.map(when ->
                  new Act(when, Optional.empty(), fields.text(ScenarioKeys.OPERATOR), deed)));
    }
    if (fields.has(ScenarioKeys.APPLY)) {
      leave("for", "no for: apply the first file again to go back");
      return files
          .apply(fields, ScenarioKeys.APPLY)
          .flatMap(deployment ->
              at.map(when ->
                  new Act(
                      when,
                      Optional.empty(),
                      "apply " + fields.text(ScenarioKeys.APPLY),
                      new Deed.Apply(deployment))));
    }
    return Optional.empty();
  }

  private Optional<Duration> lasting() {
    return fields.optionalDuration("for");
  }

  private String words(Trouble trouble) {
    Value value = fields.entry(trouble.label()).orElseThrow().value();
    String target =
        switch (value) {
          case Scalar scalar -> trouble.scope() == Trouble.Scope.CLUSTER ? "" : " " + scalar.text();
          case Sequence list -> " " + String.join(", ", fields.texts(trouble.label()));
          case Value.Mapping other -> "";
        };
    return trouble.label()
        + target
        + fields.optional("share").map(share -> " share " + share).orElse("")
        + fields.optional("on").map(node -> " on " + node).orElse("")
        + fields.optional("by").map(step -> " by " + step).orElse("")
        + fields.optional("for").map(time -> " for " + time).orElse("");
  }

  private Optional<Deed> trouble(Trouble trouble) {
    if (trouble.isMomentary()) {
      leave("for", "no for: " + trouble.label() + " is a moment");
    }
    boolean shared =
        switch (trouble) {
          case BROKEN, LYING_GREEN, MESSAGES_LOST -> true;
          default -> false;
        };
    if (!shared) {
      leave("share", "no share beside " + trouble.label());
    }
    if (trouble.scope() != Trouble.Scope.SERVICE) {
      leave("on", "no on beside " + trouble.label());
    }
    if (trouble == Trouble.CLOCK_STEP) {
      if (fields.optional("by").isEmpty()) {
        fields.refuse("by", "how far the clock is set, such as 5m or -5m");
      }
    } else {
      leave("by", "no by beside " + trouble.label());
    }
    leave("force", "no force beside " + trouble.label());
    OptionalDouble share =
        fields.optional("share").isPresent()
            ? OptionalDouble.of(fields.share("share"))
            : OptionalDouble.empty();
    return target(trouble).map(target -> new Deed.Break(trouble, target, share, step()));
  }

  private Optional<Target> target(Trouble trouble) {
    Optional<Value> value = fields.value(trouble.label());
    String path = fields.below(trouble.label());
    if (value.isEmpty()) {
      return Optional.empty();
    }
    return switch (value.get()) {
      case Scalar scalar ->
          switch (trouble.scope()) {
            case INSTANCES ->
                names.instances(scalar.place(), path, scalar.text()).map(Target.class::cast);
            case SERVICE -> service(scalar, path);
            case MACHINE ->
                names.machineOrLeader(scalar.place(), path, scalar.text()).map(Target.class::cast);
            case LINK -> Optional.empty();
            case CLUSTER -> cluster(trouble, scalar);
          };
      case Sequence list -> link(list, path);
      case Value.Mapping other -> Optional.empty();
    };
  }

  private Optional<Target> cluster(Trouble trouble, Scalar scalar) {
    if (!scalar.text().equalsIgnoreCase("true")) {
      fields.refuse(trouble.label(), "true, or not this key");
      return Optional.empty();
    }
    return Optional.of(new Target.Cluster());
  }

  private Optional<Target> service(Scalar scalar, String path) {
    Optional<Entry> on = fields.entry("on");
    Optional<NodeName> node =
        on.flatMap(where ->
            fields
                .optional("on")
                .flatMap(name -> names.machine(where.value().place(), fields.below("on"), name)));
    return names
        .service(scalar.place(), path, scalar.text())
        .map(service -> new Target.Starts(service, node));
  }

  private Optional<Target> link(Sequence list, String path) {
    if (list.elements().size() != 2) {
      fields.problems().add(path, list, "two machines");
      return Optional.empty();
    }
    List<Scalar> ends = list.elements().stream().map(Scalar.class::cast).toList();
    var one = names.machine(ends.get(0).place(), path, ends.get(0).text());
    var other = names.machine(ends.get(1).place(), path, ends.get(1).text());
    return one.flatMap(from -> other.map(to -> new Target.Link(from, to)));
  }

  private Duration step() {
    return fields
        .optional("by")
        .flatMap(text ->
            text.startsWith("-")
                ? Scalars.duration(text.substring(1)).map(Duration::negated)
                : Scalars.duration(text))
        .orElse(Duration.ZERO);
  }

  private Optional<Deed> order() {
    leave("share", "no share beside operator");
    leave("on", "no on beside operator");
    leave("by", "no by beside operator");
    Optional<String> text = fields.optional(ScenarioKeys.OPERATOR);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    boolean force = fields.text("force").equals("true");
    return switch (new OrderWords(names, lasting(), force).read(text.get())) {
      case OrderWords.Outcome.Read read -> Optional.of(new Deed.Order(read.command()));
      case OrderWords.Outcome.Bad bad -> {
        fields.refuse(ScenarioKeys.OPERATOR, bad.expected());
        yield Optional.empty();
      }
    };
  }

  /** Notes a key that means nothing here. */
  private void leave(String key, String expected) {
    if (fields.has(key)) {
      fields.refuse(key, expected);
    }
  }
}
