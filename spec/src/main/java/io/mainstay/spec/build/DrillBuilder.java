package io.mainstay.spec.build;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.DrillSpec;
import io.mainstay.model.spec.Window;
import io.mainstay.model.state.DrillReport.Kind;
import io.mainstay.spec.yaml.Problems;
import io.mainstay.spec.yaml.Value.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The drills of a service. */
final class DrillBuilder {
  private static final Duration SHORTEST = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final Duration SELDOM = Duration.ofMinutes(10);

  private DrillBuilder() {}

  /** Those that are right; of the others problems are noted. */
  static List<DrillSpec> drills(Fields service) {
    List<DrillSpec> drills = new ArrayList<>();
    for (Entry entry : service.entries("drills")) {
      Fields fields =
          service.at("drills", entry.value(), Problems.below(service.below("drills"), entry.key()));
      if (fields.mapping().isPresent() && fields.optional("kind").isPresent()) {
        drills.add(drill(entry.key(), fields, service));
      }
    }
    return drills;
  }

  private static DrillSpec drill(String name, Fields fields, Fields service) {
    Kind kind = TrafficBuilder.enumerated(Kind.class, fields.text("kind"));
    command(fields, "break", kind);
    command(fields, "mend", kind);
    if (kind != Kind.DEPENDENCY && fields.has("dependency")) {
      fields.refuse("dependency", "only for kind dependency");
    }
    if (kind == Kind.PROMOTE && !service.has("standby")) {
      fields.refuse("kind", "a standby of the service, to promote it");
    }
    Duration load = fields.duration("for");
    if (load.compareTo(SHORTEST) < 0 || load.compareTo(LONGEST) > 0) {
      fields.refuse("for", "2s to 10m");
    }
    Optional<Duration> every = fields.optionalDuration("every");
    if (every.filter(time -> time.compareTo(SELDOM) < 0).isPresent()) {
      fields.refuse("every", "at least 10m");
    }
    if (every.isEmpty() && fields.has("window")) {
      fields.refuse("window", "every beside it: without that it runs by hand only");
    }
    Optional<Window> window = fields.optional("window").flatMap(Window::parse);
    if (fields.optional("window").isPresent() && window.isEmpty()) {
      fields.refuse("window", "days and times such as Sat,Sun 02:00-05:00 Europe/Berlin");
    }
    return new DrillSpec(
        name,
        kind,
        fields.command("break").orElse(List.of()),
        fields.command("mend").orElse(List.of()),
        fields.optional("dependency").filter(ServiceName::isValid).map(ServiceName::new),
        fields.integer("rps"),
        load,
        fields.duration("within"),
        fields.share("failed"),
        every,
        window,
        fields.integer("budget"),
        fields.text("force").equals("true"));
  }

  private static void command(Fields fields, String key, Kind kind) {
    if (kind == Kind.BUSINESS && !fields.has(key)) {
      fields.refuse("kind", key + " beside it: a command for the business drill");
    }
    if (kind != Kind.BUSINESS && fields.has(key)) {
      fields.refuse(key, "only for kind business");
    }
  }
}
