package io.mainstay.spec.build;

import io.mainstay.model.EventKind;
import io.mainstay.model.ServiceName;
import io.mainstay.model.scenario.Expectation;
import io.mainstay.spec.yaml.Scalars;
import io.mainstay.spec.yaml.Value;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One expectation of a scenario. */
final class ExpectationBuilder {
  private static final List<String> OPTIONS =
      List.of("at", "at-least", "at-most", "of", "from", "to");

  private final Fields fields;
  private final ScenarioNames names;
  private final Duration length;

  ExpectationBuilder(Fields fields, ScenarioNames names, Duration length) {
    this.fields = fields;
    this.names = names;
    this.length = length;
  }

  /** The expectation; empty if something about it is wrong, which is noted. */
  Optional<Expectation> build() {
    if (fields.has("serving")) {
      return serving();
    }
    if (fields.has("failed")) {
      only("failed", "at-most");
      OptionalLong most = atMost("failed");
      boolean all = fields.optional("failed").filter("all"::equals).isPresent();
      Optional<ServiceName> service = all ? Optional.empty() : service("failed");
      return most.isEmpty() || (!all && service.isEmpty())
          ? Optional.empty()
          : Optional.of(
              new Expectation.Failed(
                  fields.text("failed") + ": at most " + most.getAsLong() + " failed requests",
                  service,
                  most.getAsLong()));
    }
    if (fields.has("restarts")) {
      only("restarts", "at-most");
      OptionalLong most = atMost("restarts");
      return service("restarts")
          .filter(_ -> most.isPresent())
          .map(name ->
              new Expectation.Restarts(
                  name + ": at most " + most.getAsLong() + " restarts", name, most.getAsLong()));
    }
    if (fields.has("gap")) {
      return gap();
    }
    return event();
  }

  private Optional<Expectation> serving() {
    only("serving", "at", "at-least", "at-most");
    Optional<Duration> at = fields.optionalDuration("at");
    if (!fields.has("at")) {
      fields.refuse("at", "a moment such as 60s");
    }
    if (!fields.has("at-least") && !fields.has("at-most")) {
      fields.refuse("at-least", "at-least or at-most, a whole number");
    }
    if (at.filter(moment -> moment.compareTo(length) > 0).isPresent()) {
      fields.refuse("at", "at most the length of the run, " + words(length));
      return Optional.empty();
    }
    int atLeast = fields.optional("at-least").isPresent() ? fields.integer("at-least") : 0;
    OptionalLong most = fields.has("at-most") ? atMost("serving") : OptionalLong.empty();
    int atMost = most.isPresent() ? (int) most.getAsLong() : Integer.MAX_VALUE;
    if (atLeast > atMost) {
      fields.refuse("at-least", "no more than at-most, which is " + atMost);
    }
    return service("serving")
        .flatMap(name ->
            at.map(moment ->
                new Expectation.Serving(
                    name
                        + ": at "
                        + words(moment)
                        + (fields.has("at-least") ? " at least " + atLeast : "")
                        + (fields.has("at-most") ? " at most " + atMost : "")
                        + " serve",
                    name,
                    moment,
                    atLeast,
                    atMost)));
  }

  private Optional<Expectation> gap() {
    only("gap", "at-most");
    Optional<Duration> most = fields.optionalDuration("at-most");
    if (most.isEmpty()) {
      fields.refuse("at-most", "a duration such as 500ms");
    }
    return service("gap")
        .flatMap(name ->
            most.map(duration ->
                new Expectation.Gap(
                    name + ": no answer for at most " + words(duration), name, duration)));
  }

  private Optional<Expectation> event() {
    boolean wanted = fields.has("event");
    String key = wanted ? "event" : "no-event";
    if (!fields.has(key)) {
      return Optional.empty();
    }
    only(key, "of", "from", "to");
    Duration from = fields.duration("from");
    Duration to = fields.optionalDuration("to").orElse(length);
    if (from.compareTo(to) > 0) {
      fields.refuse("from", "no later than to, which is " + words(to));
    }
    Optional<String> of = fields.optional("of");
    if (of.isPresent() && !names.knows(of.get())) {
      Value value = fields.value("of").orElseThrow();
      names.refuse(
          value.place(),
          fields.below("of"),
          of.get(),
          "a service, an instance or a machine of this scenario");
    }
    String words =
        (wanted ? "" : "no ")
            + fields.optional(key).orElse("")
            + of.map(name -> " of " + name).orElse("")
            + (fields.has("from") ? " from " + words(from) : "")
            + (fields.has("to") ? " to " + words(to) : "");
    return fields
        .optional(key)
        .flatMap(label ->
            Arrays.stream(EventKind.values())
                .filter(kind -> kind.label().equals(label))
                .findFirst())
        .map(kind -> new Expectation.Happens(words, kind, of, from, to, wanted));
  }

  private Optional<ServiceName> service(String key) {
    return fields
        .value(key)
        .flatMap(value -> names.service(value.place(), fields.below(key), fields.text(key)));
  }

  private OptionalLong atMost(String of) {
    Optional<Long> number = fields.optional("at-most").flatMap(Scalars::integer);
    if (number.isEmpty()) {
      fields.refuse("at-most", "a whole number, for " + of);
    }
    return number.map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  /** Notes options that mean nothing for this expectation. */
  private void only(String key, String... allowed) {
    for (String option : OPTIONS) {
      if (fields.has(option) && !List.of(allowed).contains(option)) {
        fields.refuse(option, "no " + option + " beside " + key);
      }
    }
  }

  static String words(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }
}
