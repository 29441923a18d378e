package io.mainstay.server.drill;

import io.mainstay.model.Address;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Checks.Check;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.ListenerSpec.Route;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a client finds a service, and which requests may be sent to it without doing harm.
 *
 * @param listener name of the listener
 * @param address to connect to
 * @param tls whether the listener speaks TLS
 * @param host for the {@code Host} header
 * @param paths to try, the best one first
 */
record DrillTarget(String listener, Address address, boolean tls, String host, List<String> paths) {

  /**
   * All ways to the service, in the order of the file: over HTTP listeners and routes that a plain
   * GET can match.
   */
  static List<DrillTarget> of(Deployment deployment, ServiceName service) {
    List<DrillTarget> targets = new ArrayList<>();
    for (ListenerSpec listener : deployment.listeners()) {
      if (listener.protocol() != ListenerSpec.Protocol.HTTP) {
        continue;
      }
      for (Route route : listener.routes()) {
        boolean takesGet = route.methods().isEmpty() || route.methods().contains("GET");
        if (route.service().equals(service) && takesGet && route.headers().isEmpty()) {
          Address address = reachable(listener.bind());
          targets.add(
              new DrillTarget(
                  listener.name(),
                  address,
                  listener.tls().isPresent(),
                  route.host().orElse(address.toString()),
                  paths(deployment, service, route)));
        }
      }
    }
    return targets;
  }

  private static Address reachable(Address bind) {
    return switch (bind.host()) {
      case "0.0.0.0" -> new Address("127.0.0.1", bind.port());
      case "::" -> new Address("::1", bind.port());
      default -> bind;
    };
  }

  private static List<String> paths(Deployment deployment, ServiceName service, Route route) {
    List<String> paths = new ArrayList<>();
    String prefix = route.path().orElse("/*");
    String start = prefix.endsWith("/*") ? prefix.substring(0, prefix.length() - 1) : prefix;
    paths.add(start);
    deployment
        .service(service)
        .flatMap(spec -> spec.checks().ready())
        .map(Check::probe)
        .filter(Probe.Http.class::isInstance)
        .map(probe -> ((Probe.Http) probe).path())
        .filter(path -> prefix.endsWith("/*") ? path.startsWith(start) : path.equals(prefix))
        .filter(path -> !paths.contains(path))
        .ifPresent(paths::add);
    return paths;
  }
}
