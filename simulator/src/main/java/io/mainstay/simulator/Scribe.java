package io.mainstay.simulator;

import io.mainstay.model.Event;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.scenario.Expectation;
import io.mainstay.model.scenario.TranscriptLine;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.ServiceSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Writes down what happens in a world. */
final class Scribe {
  private final World world;
  private final Consumer<TranscriptLine> reader;
  private final List<Seen> events = new ArrayList<>();
  private final TreeMap<ServiceName, String> serving = new TreeMap<>();

  /** An event with the true time at which it was written. */
  record Seen(Duration at, Event event) {}

  Scribe(World world, Consumer<TranscriptLine> reader, boolean verbose) {
    this.world = world;
    this.reader = reader;
    for (SimulatedNode node : world.nodes()) {
      // A disk is never closed.
      var _ = node.disk().subscribe(this::event);
    }
    if (verbose) {
      world.trace().follow(this::detail);
    }
  }

  void line(String node, String kind, String subject, String text) {
    reader.accept(new TranscriptLine(now(), node, kind, subject, text));
  }

  Duration now() {
    return Duration.ofNanos(world.time().now().nanos());
  }

  List<Seen> events() {
    return events;
  }

  private void event(Event event) {
    events.add(new Seen(now(), event));
    String subject =
        event
            .instance()
            .map(InstanceId::toString)
            .or(() -> event.service().map(ServiceName::value))
            .orElse("");
    Optional<String> machine = subject.isEmpty() ? machine(event) : Optional.empty();
    line(
        node(event),
        event.kind().label(),
        machine.orElse(subject),
        machine.map(name -> event.reason().substring(name.length() + 2)).orElse(event.reason()));
  }

  /** Events about machines begin with the name. */
  private Optional<String> machine(Event event) {
    return world.nodes().stream()
        .map(node -> node.name().value())
        .filter(name -> event.reason().startsWith(name + ": "))
        .findFirst();
  }

  /** One machine alone needs no name. */
  private String node(Event event) {
    return world.nodes().size() == 1 ? "" : event.node().value();
  }

  private void detail(String who, String what) {
    if (!who.endsWith(" event")) {
      line("", "detail", "", who + ": " + what);
    }
  }

  /** Tells who takes requests now, where that has changed. */
  void lookAtServing() {
    for (ServiceSpec spec : world.deployment().services()) {
      if (!(spec.port() instanceof PortPolicy.None)) {
        String now = serving(spec.name());
        if (!now.equals(serving.put(spec.name(), now))) {
          line("", "serving", spec.name().value(), now);
        }
      }
    }
  }

  private String serving(ServiceName service) {
    SequencedMap<String, List<String>> views = new LinkedHashMap<>();
    for (SimulatedNode node : working()) {
      node.server()
          .ifPresent(server ->
              views
                  .computeIfAbsent(who(server, service), _ -> new ArrayList<>())
                  .add(node.name().value()));
    }
    if (views.isEmpty()) {
      return "no gateway works";
    }
    return views.size() == 1
        ? views.firstEntry().getKey()
        : views.entrySet().stream()
            .map(view -> String.join(", ", view.getValue()) + ": " + view.getKey())
            .collect(Collectors.joining("; "));
  }

  private static String who(SimulatedServer server, ServiceName service) {
    List<String> ids =
        server.gateway().traffic(service).stream()
            .map(one -> one.id().toString())
            .sorted()
            .toList();
    return ids.isEmpty() ? "0" : ids.size() + " (" + String.join(" ", ids) + ")";
  }

  private List<SimulatedNode> working() {
    return world.nodes().stream().filter(SimulatedNode::isWorking).toList();
  }

  /** How many take requests at the gateway that sees the fewest; 0 if no gateway works. */
  int fewest(ServiceName service) {
    return working().stream()
        .flatMap(node -> node.server().stream())
        .mapToInt(server -> server.gateway().traffic(service).size())
        .min()
        .orElse(0);
  }

  /** The same for the most. */
  int most(ServiceName service) {
    return working().stream()
        .flatMap(node -> node.server().stream())
        .mapToInt(server -> server.gateway().traffic(service).size())
        .max()
        .orElse(0);
  }

  /** The first event of that kind and subject within that time. */
  Optional<Seen> find(Expectation.Happens wanted) {
    return events.stream()
        .filter(seen -> seen.event().kind() == wanted.kind())
        .filter(seen -> seen.at().compareTo(wanted.from()) >= 0)
        .filter(seen -> seen.at().compareTo(wanted.to()) <= 0)
        .filter(
            seen -> wanted.subject().isEmpty() || concerns(seen.event(), wanted.subject().get()))
        .findFirst();
  }

  private boolean concerns(Event event, String subject) {
    return machine(event).orElse(event.node().value()).equals(subject)
        || event.instance().filter(id -> id.toString().equals(subject)).isPresent()
        || event
            .service()
            .or(() -> event.instance().map(InstanceId::service))
            .filter(service -> service.value().equals(subject))
            .isPresent();
  }
}
