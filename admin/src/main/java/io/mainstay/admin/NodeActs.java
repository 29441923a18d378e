package io.mainstay.admin;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.Command;
import java.io.IOException;
import java.util.List;

/** What an operator can do with machines and zones. */
final class NodeActs {
  private static final List<String> HOLD = List.of("for", "reason", "force");
  private static final List<String> PLAIN = List.of("reason", "force");
  private final AdminPorts ports;

  NodeActs(AdminPorts ports) {
    this.ports = ports;
  }

  List<Route> routes() {
    String node = "/api/v1/nodes/{node}";
    String zone = "/api/v1/zones/{zone}";
    return List.of(
        new Route("POST", node + "/drain", Route.Access.ACT, this::drain),
        new Route("POST", node + "/release", Route.Access.ACT, this::release),
        new Route("POST", node + "/remove", Route.Access.ACT, this::remove),
        new Route("POST", zone + "/evacuate", Route.Access.ACT, this::evacuate),
        new Route("POST", zone + "/restore", Route.Access.ACT, this::restore));
  }

  private Response drain(Request request) throws IOException {
    ActBody body = ActBody.read(request, HOLD);
    return submit(
        request, new Command.DrainNode(node(request), body.duration("for"), body.text("reason")));
  }

  private Response release(Request request) throws IOException {
    ActBody body = ActBody.read(request, PLAIN);
    return submit(request, new Command.ReleaseNode(node(request), body.text("reason")));
  }

  private Response remove(Request request) throws IOException {
    ActBody body = ActBody.read(request, PLAIN);
    return submit(
        request, new Command.RemoveNode(node(request), body.flag("force"), body.text("reason")));
  }

  private Response evacuate(Request request) throws IOException {
    ActBody body = ActBody.read(request, HOLD);
    return submit(
        request,
        new Command.Evacuate(
            request.parameter("zone"),
            body.duration("for"),
            body.flag("force"),
            body.text("reason")));
  }

  private Response restore(Request request) throws IOException {
    ActBody body = ActBody.read(request, PLAIN);
    return submit(
        request, new Command.EndEvacuation(request.parameter("zone"), body.text("reason")));
  }

  private static NodeName node(Request request) {
    String text = request.parameter("node");
    try {
      return new NodeName(text);
    } catch (IllegalArgumentException e) {
      throw Problem.notFound("node: " + text + " (expected: the name of a machine)");
    }
  }

  private Response submit(Request request, Command command) {
    return Acts.answer(
        Acts.await(ports.control().submit(command, request.actor())), new Known(ports));
  }
}
