package io.mainstay.admin;

import static io.mainstay.admin.Route.Access.ACT;
import static io.mainstay.admin.Route.Access.PUSH;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.DrillReport;
import io.mainstay.model.state.Operation;
import io.mainstay.ports.Drills;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What an operator, or an instance by its push check, can do. */
final class Acts {
  /** How long the controller may take to say whether it takes a command. */
  static final long PATIENCE_SECONDS = 30;

  private static final int PUSH_LIMIT = 4096;
  private static final List<String> PLAIN = List.of("reason", "force");
  private static final List<String> HOLD = List.of("for", "reason", "force");
  private final AdminPorts ports;

  Acts(AdminPorts ports) {
    this.ports = ports;
  }

  List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    String service = "/api/v1/services/{service}";
    routes.add(act(service + "/scale", this::scale));
    routes.add(act(service + "/restart", this::restartService));
    routes.add(act(service + "/pause", request -> pause(request, true)));
    routes.add(act(service + "/resume", request -> resume(request, true)));
    routes.add(act(service + "/divert", this::divert));
    routes.add(act(service + "/restore", this::restore));
    routes.add(act(service + "/drill", this::drill));
    String instance = "/api/v1/instances/{instance}";
    routes.add(act(instance + "/restart", this::restartInstance));
    routes.add(act(instance + "/drain", this::drain));
    routes.add(act(instance + "/isolate", this::isolate));
    routes.add(act(instance + "/release", this::release));
    routes.add(act(instance + "/promote", this::promote));
    routes.add(act(instance + "/push", this::push));
    routes.add(new Route("POST", instance + "/push/{key}", PUSH, this::pushByKey));
    routes.add(act("/api/v1/server/pause", request -> pause(request, false)));
    routes.add(act("/api/v1/server/resume", request -> resume(request, false)));
    routes.add(act("/api/v1/server/stop", this::stop));
    return routes;
  }

  private static Route act(String pattern, Route.Handler handler) {
    return new Route("POST", pattern, ACT, handler);
  }

  private Response scale(Request request) throws IOException {
    ActBody body = ActBody.read(request, List.of("replicas", "for", "reason", "force"));
    return submit(
        request,
        new Command.Scale(
            Names.service(request),
            body.number("replicas", 0, 10_000),
            body.duration("for"),
            body.flag("force"),
            body.text("reason")));
  }

  private Response restartService(Request request) throws IOException {
    ActBody body = ActBody.read(request, PLAIN);
    return submit(
        request,
        new Command.RestartService(
            Names.service(request), body.flag("force"), body.text("reason")));
  }

  private Response pause(Request request, boolean one) throws IOException {
    ActBody body = ActBody.read(request, HOLD);
    return submit(
        request,
        new Command.Pause(
            one ? Optional.of(Names.service(request)) : Optional.empty(),
            body.duration("for"),
            body.text("reason")));
  }

  private Response resume(Request request, boolean one) throws IOException {
    ActBody body = ActBody.read(request, PLAIN);
    return submit(
        request,
        new Command.Resume(
            one ? Optional.of(Names.service(request)) : Optional.empty(), body.text("reason")));
  }

  private Response divert(Request request) throws IOException {
    ActBody body = ActBody.read(request, List.of("to", "for", "share", "reason", "force"));
    String to = body.text("to");
    if (!to.isEmpty() && !ServiceName.isValid(to)) {
      throw Problem.badRequest("body: to: " + to + " (expected: the name of a service)")
          .with("field", "to");
    }
    return submit(
        request,
        new Command.Divert(
            Names.service(request),
            to.isEmpty() ? Optional.empty() : Optional.of(new ServiceName(to)),
            body.share("share").orElse(1.0),
            body.duration("for"),
            body.flag("force"),
            body.text("reason")));
  }

  private Response restore(Request request) throws IOException {
    ActBody body = ActBody.read(request, PLAIN);
    return submit(request, new Command.Restore(Names.service(request), body.text("reason")));
  }

  private Response drill(Request request) throws IOException {
    ActBody body =
        ActBody.read(
            request, List.of("kind", "name", "dependency", "rps", "for", "reason", "force"));
    return answer(ports.drills().start(drill(request, body), request.actor()), new Known(ports));
  }

  private Drills.Request drill(Request request, ActBody body) {
    ServiceName service = Names.service(request);
    String name = body.text("name");
    if (!name.isEmpty()) {
      return ports
          .drills()
          .described(service, name, body.flag("force"), body.text("reason"))
          .orElseThrow(() -> Problem.notFound("drill: " + name + " of " + service));
    }
    Duration duration = body.duration("for").orElse(Duration.ofSeconds(10));
    if (duration.toSeconds() < 2 || duration.compareTo(Duration.ofMinutes(10)) > 0) {
      throw Problem.badRequest("body: for: " + duration.toMillis() + "ms (expected: 2s to 10m)")
          .with("field", "for");
    }
    String dependency = body.text("dependency");
    return new Drills.Request(
        service,
        kind(body.text("kind")),
        Optional.empty(),
        dependency.isEmpty() ? Optional.empty() : Optional.of(Names.service(dependency)),
        body.optionalNumber("rps", 1, 5000).orElse(200),
        duration,
        body.flag("force"),
        body.text("reason"));
  }

  private static DrillReport.Kind kind(String text) {
    for (DrillReport.Kind kind : DrillReport.Kind.values()) {
      if (kind.label().equals(text.toLowerCase(Locale.ROOT))) {
        return kind;
      }
    }
    throw Problem.badRequest(
            "body: kind: '"
                + text
                + "' (expected: kill, hang, check, dependency, business or promote)")
        .with("field", "kind");
  }

  private Response restartInstance(Request request) throws IOException {
    ActBody body = ActBody.read(request, PLAIN);
    return submit(
        request,
        new Command.RestartInstance(
            Names.instance(request), body.flag("force"), body.text("reason")));
  }

  private Response drain(Request request) throws IOException {
    ActBody body = ActBody.read(request, HOLD);
    return submit(
        request,
        new Command.Drain(
            Names.instance(request),
            body.duration("for"),
            body.flag("force"),
            body.text("reason")));
  }

  private Response isolate(Request request) throws IOException {
    ActBody body = ActBody.read(request, HOLD);
    return submit(
        request,
        new Command.Isolate(
            Names.instance(request),
            body.duration("for"),
            body.flag("force"),
            body.text("reason")));
  }

  private Response release(Request request) throws IOException {
    ActBody body = ActBody.read(request, PLAIN);
    return submit(request, new Command.Release(Names.instance(request), body.text("reason")));
  }

  private Response promote(Request request) throws IOException {
    ActBody body = ActBody.read(request, PLAIN);
    return submit(
        request,
        new Command.Promote(Names.instance(request), body.flag("force"), body.text("reason")));
  }

  private Response push(Request request) throws IOException {
    ActBody body = ActBody.read(request, List.of("status", "message"));
    String status = body.text("status");
    return pushed(Names.instance(request), passed(status), body.text("message"));
  }

  /** A plain POST says "well"; {@code ?status=fail} says the contrary; a body is the message. */
  private Response pushByKey(Request request) throws IOException {
    request.allowQuery(List.of("status"));
    String text = new String(request.body(PUSH_LIMIT), StandardCharsets.UTF_8);
    String line = text.lines().findFirst().orElse("").strip();
    return pushed(
        Names.instance(request),
        passed(request.query("status").orElse("")),
        line.length() > 200 ? line.substring(0, 200) : line);
  }

  private static boolean passed(String status) {
    return switch (status) {
      case "", "pass" -> true;
      case "fail" -> false;
      default -> throw Problem.badRequest("status: " + status + " (expected: pass or fail)");
    };
  }

  private Response pushed(InstanceId instance, boolean passed, String message) {
    if (!ports.control().push(instance, passed, message)) {
      throw Problem.notFound("push check of " + instance + ": there is none");
    }
    return Response.json(Json.object("instance", instance.toString(), "passed", passed));
  }

  private Response stop(Request request) throws IOException {
    ActBody body = ActBody.read(request, List.of("keep", "reason", "force"));
    boolean keep = body.flag("keep");
    ports.server().stop(keep, request.actor(), body.text("reason"));
    return Response.json(
        202,
        ModelJson.operation(
            new Operation(
                "stop",
                keep ? "end the server, instances go on" : "stop everything and end the server",
                Operation.State.RUNNING,
                "it is done when the server no longer answers"),
            Optional.empty()));
  }

  private Response submit(Request request, Command command) {
    return answer(await(ports.control().submit(command, request.actor())), new Known(ports));
  }

  /** The answer of the inside, waited for. */
  static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof TimeoutException) {
        throw Problem.unavailable(
            "the controller did not answer within " + PATIENCE_SECONDS + " s");
      }
      throw e;
    }
  }

  /** What became of a command, as an answer. */
  static Response answer(CommandResult result, Known known) {
    return switch (result) {
      case CommandResult.Accepted accepted ->
          Response.accepted(
              accepted.operation().id(),
              ModelJson.operation(accepted.operation(), Optional.empty()));
      case CommandResult.Refused refused ->
          throw new Problem(409, "refused", "Refused by the governor", refused.reason())
              .with("evidence", refused.evidence());
      case CommandResult.NotFound missing -> throw known.missing(missing.what());
      case CommandResult.Invalid invalid ->
          throw new Problem(422, "not-possible", "Not possible for this subject", invalid.reason());
    };
  }
}
