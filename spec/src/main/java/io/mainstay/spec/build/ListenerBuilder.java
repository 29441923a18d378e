package io.mainstay.spec.build;

import io.mainstay.model.Address;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.ListenerSpec.Certificate;
import io.mainstay.model.spec.ListenerSpec.Limits;
import io.mainstay.model.spec.ListenerSpec.Protocol;
import io.mainstay.model.spec.ListenerSpec.Route;
import io.mainstay.model.spec.ListenerSpec.Tls;
import io.mainstay.spec.grammar.FileKeys;
import io.mainstay.spec.yaml.Problems;
import io.mainstay.spec.yaml.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One listener, with its own contradictions. */
final class ListenerBuilder {
  private ListenerBuilder() {}

  /** Where {@code key} says to listen, if it says so rightly. */
  static Optional<Address> bind(Fields fields, String key) {
    return fields
        .optional(key)
        .flatMap(text ->
            text.chars().allMatch(c -> c >= '0' && c <= '9')
                ? Address.parse("0.0.0.0:" + text)
                : Address.parse(text));
  }

  static Optional<ListenerSpec> build(String name, Fields fields, Path base) {
    Protocol protocol = TrafficBuilder.enumerated(Protocol.class, fields.text("protocol"));
    List<Route> routes = routes(fields, protocol);
    Optional<Tls> tls =
        fields.has("tls") ? Optional.of(tls(fields.in("tls"), base)) : Optional.empty();
    Limits limits = limits(fields.in("limits"));
    return bind(fields, "bind")
        .map(bind -> new ListenerSpec(name, bind, protocol, tls, limits, routes));
  }

  /** The listener of {@code listen}: everything goes to the one service. */
  static ListenerSpec ofService(ServiceName service, Address bind, boolean tcp, Problems problems) {
    Fields defaults =
        new Fields(
            FileKeys.FILE.key("listeners").orElseThrow().shape().section().orElseThrow(),
            Optional.empty(),
            "listeners",
            problems);
    Route all =
        new Route(
            Optional.empty(),
            Optional.empty(),
            List.of(),
            new LinkedHashMap<>(),
            service,
            Optional.empty());
    return new ListenerSpec(
        service.value(),
        bind,
        tcp ? Protocol.TCP : Protocol.HTTP,
        Optional.empty(),
        limits(defaults.in("limits")),
        List.of(all));
  }

  private static Tls tls(Fields fields, Path base) {
    List<Certificate> certificates = new ArrayList<>();
    List<Value> elements = fields.elements("certificates");
    for (int i = 0; i < elements.size(); i++) {
      Fields one =
          fields.at(
              "certificates", elements.get(i), Problems.below(fields.below("certificates"), i));
      if (one.value("cert").isPresent() && one.value("key").isPresent()) {
        certificates.add(new Certificate(one.path("cert", base), one.path("key", base)));
      }
    }
    boolean selfSigned =
        fields.optional("self-signed").filter(text -> text.equalsIgnoreCase("true")).isPresent();
    if (fields.value("self-signed").isPresent() && !selfSigned) {
      fields.refuse("self-signed", "true, or certificates");
    }
    return new Tls(certificates, selfSigned);
  }

  private static Limits limits(Fields fields) {
    if (fields.size("target") > fields.size("header")) {
      fields.refuse(fields.has("target") ? "target" : "header", "target at most header");
    }
    return new Limits(
        Math.toIntExact(fields.size("header")),
        Math.toIntExact(fields.size("target")),
        fields.duration("header-timeout"),
        fields.duration("idle-timeout"),
        fields.integer("connections"));
  }

  private static List<Route> routes(Fields listener, Protocol protocol) {
    List<Route> routes = new ArrayList<>();
    List<Value> elements = listener.elements("routes");
    if (protocol == Protocol.TCP && elements.size() > 1) {
      listener.refuse("routes", "one route: a tcp listener cannot choose");
    }
    boolean all = false;
    for (int i = 0; i < elements.size(); i++) {
      Fields fields =
          listener.at("routes", elements.get(i), Problems.below(listener.below("routes"), i));
      if (all && protocol == Protocol.HTTP) {
        listener
            .problems()
            .add(fields.path(), elements.get(i), "a place before the route that matches all");
        all = false;
      }
      route(fields, protocol).ifPresent(routes::add);
      all |= conditions(fields).isEmpty();
    }
    return routes;
  }

  private static List<String> conditions(Fields fields) {
    return List.of("host", "path", "method", "header").stream().filter(fields::has).toList();
  }

  private static Optional<Route> route(Fields fields, Protocol protocol) {
    if (protocol == Protocol.TCP) {
      for (String key : List.of("host", "path", "method", "header", "timeout")) {
        if (fields.has(key)) {
          fields.refuse(key, "no " + key + ": a tcp listener does not look into the bytes");
        }
      }
    }
    return fields
        .optional("service")
        .filter(ServiceName::isValid)
        .map(service ->
            new Route(
                fields.optional("host").map(host -> host.toLowerCase(Locale.ROOT)),
                fields.optional("path"),
                fields.texts("method"),
                ChecksBuilder.headers(fields, "header", true),
                new ServiceName(service),
                fields.optionalDuration("timeout")));
  }
}
