package io.mainstay.admin;

import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeSet;

/** Finds the route of a request, checks that the caller may take it, and takes it. Any thread. */
final class Router {
  private final List<Route> routes;
  private final Guard guard;

  Router(List<Route> routes, Guard guard) {
    this.routes = List.copyOf(routes);
    this.guard = guard;
  }

  /** Every route. */
  List<Route> routes() {
    return routes;
  }

  /** Answers a request, or throws a {@link Problem}. */
  Response answer(Request request) throws Exception {
    guard.checkOrigin(request);
    Route route = find(request);
    switch (route.access()) {
      case READ -> {
        if (guard.isRemote() && request.node().isEmpty()) {
          guard.checkToken(request);
        }
      }
      case NODE -> guard.checkNode(request);
      case JOIN -> guard.checkMediaType(request, List.of("application/json"));
      case ACT -> {
        guard.checkToken(request);
        guard.checkMediaType(request, List.of("application/json"));
      }
      case SPEC -> {
        guard.checkToken(request);
        guard.checkMediaType(request, List.of("application/yaml", "application/json"));
      }
      case PUSH -> guard.checkPushKey(Names.instance(request), request.parameter("key"));
    }
    return route.handler().handle(request);
  }

  private Route find(Request request) {
    String method = request.method().equals("HEAD") ? "GET" : request.method();
    TreeSet<String> allowed = new TreeSet<>();
    for (Route route : routes) {
      Optional<SequencedMap<String, String>> parameters = route.match(request.path());
      if (parameters.isPresent()) {
        if (route.method().equals(method)) {
          request.parameters(parameters.get());
          return route;
        }
        allowed.add(route.method());
      }
    }
    if (allowed.isEmpty()) {
      throw Problem.notFound(
          "path: " + request.path() + " (expected: one of /api/v1/openapi.json)");
    }
    if (allowed.contains("GET")) {
      allowed.add("HEAD");
    }
    throw new Problem(
            405,
            "method-not-allowed",
            "Not with this method",
            "method: " + request.method() + " (expected: " + String.join(", ", allowed) + ")")
        .header("Allow", String.join(", ", allowed));
  }
}
