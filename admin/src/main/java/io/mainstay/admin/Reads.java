package io.mainstay.admin;

import static io.mainstay.admin.Route.Access.READ;

import io.mainstay.model.Event;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.DrillReport;
import io.mainstay.model.state.Operation;
import io.mainstay.model.state.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What anybody on this machine may see. */
final class Reads {
  private static final int MOST_EVENTS = 1000;
  private static final int MOST_LINES = 10_000;
  private final AdminOptions options;
  private final AdminPorts ports;
  private final Known known;
  private final Instant started;

  Reads(AdminOptions options, AdminPorts ports, Instant started) {
    this.options = options;
    this.ports = ports;
    this.known = new Known(ports);
    this.started = started;
  }

  List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    routes.add(read("/api/v1/server", this::server));
    routes.add(read("/api/v1/status", this::status));
    routes.add(read("/api/v1/services/{service}", this::service));
    routes.add(read("/api/v1/services/{service}/transactions", this::transactions));
    routes.add(read("/api/v1/instances/{instance}", this::instance));
    routes.add(read("/api/v1/events", this::events));
    routes.add(read("/api/v1/events/stream", this::eventStream));
    routes.add(read("/api/v1/explain/{subject}", this::explain));
    routes.add(read("/api/v1/logs/{instance}", this::logs));
    routes.add(read("/api/v1/operations/{operation}", this::operation));
    routes.add(read("/api/v1/drills", this::drills));
    routes.add(read("/healthz", _ -> Response.text("text/plain; charset=utf-8", "ok\n")));
    routes.add(read("/readyz", this::ready));
    return routes;
  }

  static Route read(String pattern, Route.Handler handler) {
    return new Route("GET", pattern, READ, handler);
  }

  private Response server(Request request) {
    request.allowQuery(List.of());
    return Response.json(
        Json.object(
            "version",
            options.version(),
            "node",
            options.node().value(),
            "dataFolder",
            options.dataDirectory().toString(),
            "pid",
            ProcessHandle.current().pid(),
            "started",
            started.toString(),
            "ready",
            ports.server().ready()));
  }

  private Response status(Request request) {
    request.allowQuery(List.of("service"));
    Status status = ports.control().status();
    if (request.query("service").isEmpty()) {
      return Response.json(ModelJson.status(status));
    }
    Status.ServiceStatus one = service(status, Names.service(request.query("service").get()));
    return Response.json(ModelJson.status(status.of(List.of(one))));
  }

  private Response service(Request request) {
    request.allowQuery(List.of());
    return Response.json(
        ModelJson.service(service(ports.control().status(), Names.service(request))));
  }

  private Response transactions(Request request) {
    request.allowQuery(List.of());
    Status.ServiceStatus service = service(ports.control().status(), Names.service(request));
    return Response.json(
        Json.object(
            "transactions", service.transactions().stream().map(TransactionJson::whole).toList()));
  }

  private Status.ServiceStatus service(Status status, ServiceName name) {
    for (Status.ServiceStatus service : status.services()) {
      if (service.name().equals(name)) {
        return service;
      }
    }
    throw known.noService(name);
  }

  private Response instance(Request request) {
    request.allowQuery(List.of());
    InstanceId id = Names.instance(request);
    return Response.json(ModelJson.instance(find(id).orElseThrow(() -> known.noInstance(id))));
  }

  private Optional<Status.InstanceStatus> find(InstanceId id) {
    return ports.control().status().services().stream()
        .flatMap(service -> service.instances().stream())
        .filter(instance -> instance.id().equals(id))
        .findFirst();
  }

  /** Without {@code after} the newest; with an empty one the oldest that are kept. */
  private Response events(Request request) {
    request.allowQuery(List.of("after", "limit"));
    checkCursor(request);
    int limit = request.query("limit", 100, 1, MOST_EVENTS);
    List<Event> events =
        request.has("after")
            ? ports.events().after(request.query("after"), limit)
            : ports.events().latest(limit);
    return Response.json(
        Json.object(
            "events",
            events.stream().map(ModelJson::event).toList(),
            "next",
            events.isEmpty() ? request.query("after").orElse(null) : events.getLast().cursor()));
  }

  /**
   * One that was never handed out would have everything replayed. The header {@code Last-Event-ID}
   * is not looked at: browsers send it by themselves and would never try again after an error.
   */
  private void checkCursor(Request request) {
    request
        .query("after")
        .filter(cursor -> !ports.events().knows(cursor))
        .ifPresent(cursor -> {
          throw Problem.badRequest(
                  "query: after="
                      + cursor
                      + " (expected: the cursor of an event of this server; an empty one for the"
                      + " oldest event that is kept)")
              .with("field", "after");
        });
  }

  private Response eventStream(Request request) {
    request.allowQuery(List.of("after"));
    checkCursor(request);
    Optional<String> from = request.header("Last-Event-ID").or(() -> request.query("after"));
    boolean everything = from.isEmpty() && request.has("after");
    return new Response.Stream(new EventStream(ports.events(), from, everything));
  }

  private Response explain(Request request) {
    request.allowQuery(List.of());
    String subject = request.parameter("subject");
    return Response.json(
        ModelJson.explanation(
            ports
                .control()
                .explain(subject)
                .orElseThrow(() ->
                    Problem.notFound(
                        "subject: "
                            + subject
                            + " (expected: an instance, or "
                            + known.service()
                            + ")"))));
  }

  private Response logs(Request request) {
    request.allowQuery(List.of("lines", "follow"));
    InstanceId id = Names.instance(request);
    int lines = request.query("lines", 100, 0, MOST_LINES);
    boolean follow = request.flag("follow");
    boolean exists = find(id).isPresent();
    if (follow && exists) {
      return new Response.Stream(new LogStream(ports.logs(), id, lines));
    }
    List<String> tail = ports.logs().tail(id, lines);
    if (!exists && (follow || tail.isEmpty())) {
      throw known.noInstance(id);
    }
    return Response.json(Json.object("instance", id.toString(), "lines", tail));
  }

  private Response operation(Request request) {
    request.allowQuery(List.of());
    String id = request.parameter("operation");
    Optional<Operation> operation =
        ports.control().operation(id).or(() -> ports.drills().operation(id));
    Optional<DrillReport> report = ports.drills().report(id);
    return Response.json(
        ModelJson.operation(
            operation.orElseThrow(
                () -> Problem.notFound("operation: " + id + " (expected: a recent one)")),
            report));
  }

  private Response drills(Request request) {
    request.allowQuery(List.of("service"));
    Optional<ServiceName> service = request.query("service").map(Names::service);
    return Response.json(
        Json.object(
            "drills",
            ports.drills().history().stream()
                .filter(drill -> service.map(drill.service()::equals).orElse(true))
                .map(DrillJson::record)
                .toList(),
            "planned",
            ports.drills().planned().stream()
                .filter(drill -> service.map(drill.service()::equals).orElse(true))
                .map(DrillJson::planned)
                .toList()));
  }

  private Response ready(Request request) {
    request.allowQuery(List.of());
    if (!ports.server().ready()) {
      throw Problem.unavailable("not ready: the server starts, or nobody decides");
    }
    return Response.text("text/plain; charset=utf-8", "ready\n");
  }
}
