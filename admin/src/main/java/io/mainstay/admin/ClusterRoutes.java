package io.mainstay.admin;

import static io.mainstay.admin.Route.Access.ACT;
import static io.mainstay.admin.Route.Access.JOIN;
import static io.mainstay.admin.Route.Access.NODE;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Operation;
import io.mainstay.ports.ClusterControl;
import io.mainstay.ports.ClusterControl.IssuedToken;
import io.mainstay.ports.ClusterControl.JoinOutcome;
import io.mainstay.ports.ClusterControl.JoinRequest;
import io.mainstay.ports.ModelCodec;
import io.mainstay.ports.NodeReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What servers of a cluster say to each other, and how one is let in. Not part of what users
 * program against: both sides are of one version, or one version apart.
 */
final class ClusterRoutes {
  /** Where a node reports its traffic. */
  static final String REPORT = "/internal/v1/report";

  /** Where a node hands a command over. */
  static final String COMMAND = "/internal/v1/command";

  /** Where it asks what became of one. */
  static final String OPERATION = "/internal/v1/operations/{operation}";

  /** Where it asks why something is in its state, since who decides knows more. */
  static final String EXPLAIN = "/internal/v1/explain/{subject}";

  /** Where it gets its next certificate. */
  static final String RENEW = "/internal/v1/certificate";

  /** Where it has a warm standby thawed. */
  static final String THAW = "/internal/v1/thaw";

  /** Where it asks whether a run that it drains is still used. */
  static final String USE = "/internal/v1/use";

  /** Where who decides asks what a gateway saw of a run of a transaction. */
  static final String CALLS = "/internal/v1/calls";

  private static final int REPORT_LIMIT = 8 * 1024 * 1024;
  private static final int COMMAND_LIMIT = 8 * 1024 * 1024;
  private static final int JOIN_LIMIT = 64 * 1024;
  private static final Duration LONGEST_TOKEN = Duration.ofDays(7);
  private final ClusterControl control;
  private final ModelCodec codec;

  ClusterRoutes(ClusterAccess access) {
    this.control = access.control();
    this.codec = access.codec();
  }

  /** For operators of this machine, and of others. */
  List<Route> acts() {
    return List.of(new Route("POST", "/api/v1/cluster/tokens", ACT, this::issue));
  }

  /** For other servers only. */
  List<Route> internal() {
    return List.of(
        new Route("POST", "/api/v1/cluster/join", JOIN, this::join),
        new Route("POST", REPORT, NODE, this::report),
        new Route("POST", COMMAND, NODE, this::command),
        new Route("GET", OPERATION, NODE, this::operation),
        new Route("GET", EXPLAIN, NODE, this::explain),
        new Route("POST", RENEW, NODE, this::renew),
        new Route("POST", THAW, NODE, this::thaw),
        new Route("POST", USE, NODE, this::use),
        new Route("POST", CALLS, NODE, this::calls));
  }

  private Response issue(Request request) throws IOException {
    ActBody body = ActBody.read(request, List.of("for", "reason"));
    Duration validity = body.duration("for").orElse(Duration.ofHours(1));
    if (validity.isZero() || validity.compareTo(LONGEST_TOKEN) > 0) {
      throw Problem.badRequest("body: for: " + validity.toMillis() + "ms (expected: up to 7d)")
          .with("field", "for");
    }
    IssuedToken token = control.issueToken(validity, request.actor());
    return Response.json(
        201,
        Json.object(
            "token",
            token.text(),
            "server",
            token.server(),
            "for",
            token.validity().toSeconds() + "s",
            "command",
            "mainstay join " + token.server() + " --token " + token.text()));
  }

  private Response join(Request request) throws IOException {
    return answer(control.join(read(request, JOIN_LIMIT, JoinRequest.class)));
  }

  private Response renew(Request request) throws IOException {
    String text = new String(request.body(JOIN_LIMIT), StandardCharsets.UTF_8);
    return answer(control.renew(peer(request), text));
  }

  private Response answer(JoinOutcome outcome) {
    return switch (outcome) {
      case JoinOutcome.Granted granted ->
          new Response.Whole(200, "application/json", codec.write(granted));
      case JoinOutcome.Refused refused ->
          throw new Problem(403, "not-let-in", "This machine is not let in", refused.reason());
    };
  }

  private Response report(Request request) throws IOException {
    NodeReport report = read(request, REPORT_LIMIT, NodeReport.class);
    NodeName peer = peer(request);
    if (!report.node().equals(peer)) {
      throw Problem.forbidden("node: " + report.node() + " (expected: " + peer + ")");
    }
    NodeReport.Heard heard =
        control
            .report(report)
            .orElseThrow(() ->
                new Problem(
                    409, "not-leading", "Another server decides", "this server does not lead"));
    return new Response.Whole(200, "application/json", codec.write(heard));
  }

  private Response command(Request request) throws IOException {
    NodeCommand asked = read(request, COMMAND_LIMIT, NodeCommand.class);
    CommandResult result = Acts.await(control.submit(asked.command(), asked.actor()));
    return new Response.Whole(200, "application/json", codec.write(new NodeAnswer(result)));
  }

  private Response thaw(Request request) throws IOException {
    NodeThaw wanted = read(request, JOIN_LIMIT, NodeThaw.class);
    control.thaw(wanted.service(), wanted.reason() + ", seen by " + peer(request));
    return new Response.Whole(204, "application/json", new byte[0]);
  }

  private Response use(Request request) throws IOException {
    NodeRun run = read(request, JOIN_LIMIT, NodeRun.class);
    return new Response.Whole(
        200,
        "application/json",
        codec.write(new NodeRun.Answer(control.use(run.instance(), run.generation()))));
  }

  private Response calls(Request request) throws IOException {
    NodeCalls asked = read(request, JOIN_LIMIT, NodeCalls.class);
    return new Response.Whole(
        200, "application/json", codec.write(new NodeCalls.Answer(control.calls(asked.runId()))));
  }

  private Response operation(Request request) {
    String id = request.parameter("operation");
    Optional<Operation> operation = control.operation(id);
    return new Response.Whole(
        200,
        "application/json",
        codec.write(operation.orElseThrow(() -> Problem.notFound("operation: " + id))));
  }

  private Response explain(Request request) {
    String subject = request.parameter("subject");
    return new Response.Whole(
        200,
        "application/json",
        codec.write(
            control
                .explain(subject)
                .orElseThrow(() -> Problem.notFound("service, instance or node: " + subject))));
  }

  private static NodeName peer(Request request) {
    return request
        .node()
        .orElseThrow(() -> new IllegalStateException("the router lets only nodes through"));
  }

  private <T> T read(Request request, int limit, Class<T> type) throws IOException {
    byte[] bytes = request.body(limit);
    try {
      return codec.read(bytes, type);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("body: " + e.getMessage());
    }
  }
}
