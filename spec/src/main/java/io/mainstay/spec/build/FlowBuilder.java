package io.mainstay.spec.build;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.FlowSpec;
import io.mainstay.model.spec.JsonPath;
import io.mainstay.spec.yaml.Problems;
import io.mainstay.spec.yaml.Value.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The flows of a service. */
final class FlowBuilder {
  private FlowBuilder() {}

  /** Those that are right; of the others problems are noted. */
  static List<FlowSpec> flows(Fields service, ServiceName owner) {
    List<FlowSpec> flows = new ArrayList<>();
    for (Entry entry : service.entries("flows")) {
      Fields fields =
          service.at("flows", entry.value(), Problems.below(service.below("flows"), entry.key()));
      if (fields.mapping().isPresent()) {
        flow(entry.key(), owner, fields).ifPresent(flows::add);
      }
    }
    return flows;
  }

  private static Optional<FlowSpec> flow(String name, ServiceName owner, Fields fields) {
    Optional<FlowSpec.Requests> when = requests(owner, fields.in("when"));
    Optional<? extends FlowSpec.Consequence> then = consequence(owner, fields.in("then"));
    Optional<Duration> within = fields.optionalDuration("within");
    if (within.filter(time -> time.compareTo(FlowSpec.LONGEST) > 0).isPresent()) {
      fields.refuse("within", "at most 1d");
    }
    double atLeast = fields.share("at-least");
    if (atLeast <= 0) {
      fields.refuse("at-least", "a share above 0%");
    }
    if (when.isEmpty() || then.isEmpty() || within.isEmpty()) {
      return Optional.empty();
    }
    if (when.get().equals(then.get())) {
      fields.refuse("then", "other requests than those of when");
    }
    int minSamples = fields.integer("min-samples");
    return Optional.of(
        new FlowSpec(name, when.get(), then.get(), within.get(), atLeast, minSamples));
  }

  private static Optional<? extends FlowSpec.Consequence> consequence(
      ServiceName owner, Fields side) {
    if (side.has("promql")) {
      refuseBeside(side, "promql: a counter has none");
      Fields promql = side.in("promql");
      return promql
          .optional("query")
          .map(query -> new FlowSpec.Promql(promql.text("url"), query, promql.duration("every")));
    }
    if (!side.has("sql")) {
      return requests(owner, side);
    }
    refuseBeside(side, "sql: the first column of its rows is the key");
    Fields sql = side.in("sql");
    Optional<String> url = sql.optional("url");
    Optional<String> query = sql.optional("query");
    return url.isEmpty() || query.isEmpty()
        ? Optional.empty()
        : Optional.of(new FlowSpec.Sql(url.get(), query.get(), sql.duration("every")));
  }

  private static void refuseBeside(Fields side, String other) {
    for (String key : List.of("service", "status", "key")) {
      if (side.has(key)) {
        side.refuse(key, "no " + key + " beside " + other);
      }
    }
  }

  private static Optional<FlowSpec.Requests> requests(ServiceName owner, Fields side) {
    if (side.mapping().isEmpty()) {
      return Optional.empty();
    }
    if (side.has("requests") && !side.has("key")) {
      side.refuse("key", "header NAME or json $.path");
    }
    Optional<String> requests = side.optional("requests");
    Optional<FlowSpec.Key> key = side.optional("key").flatMap(text -> key(text, side));
    Optional<ServiceName> service =
        side.has("service")
            ? side.optional("service").filter(ServiceName::isValid).map(ServiceName::new)
            : Optional.of(owner);
    List<Checks.StatusRange> status = ChecksBuilder.ranges(side);
    if (requests.isEmpty() || key.isEmpty() || service.isEmpty()) {
      return Optional.empty();
    }
    String text = requests.get();
    int space = text.indexOf(' ');
    String path = text.substring(space + 1);
    if (path.matches(".*[^/]\\*.*|.*\\*[^/].*")) {
      side.refuse("requests", "* as a whole segment of the path");
    }
    return Optional.of(
        new FlowSpec.Requests(service.get(), text.substring(0, space), path, status, key.get()));
  }

  private static Optional<FlowSpec.Key> key(String text, Fields side) {
    int space = text.indexOf(' ');
    String rest = text.substring(space + 1);
    if (text.startsWith("header")) {
      return Optional.of(new FlowSpec.Key.Header(rest));
    }
    Optional<JsonPath> path = JsonPath.parse(rest);
    if (path.isEmpty()) {
      side.refuse("key", "a JSONPath to one value such as $.items[0].id");
    } else if (path.get().parts().stream()
        .anyMatch(part -> part instanceof JsonPath.Part.Element element && element.index() < 0)) {
      side.refuse("key", "no element counted from an end: bodies are looked at as they come");
      return Optional.empty();
    }
    return path.map(FlowSpec.Key.Json::new);
  }
}
