package io.mainstay.business;

import io.mainstay.decisions.routing.RouteTable;
import io.mainstay.model.Address;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.ListenerSpec.Route;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;

/** The ways by which users reach the services of a deployment through this machine's gateway. */
final class Entrances {
  private final Deployment deployment;
  private final Function<String, Optional<Address>> listening;

  /**
   * Of a deployment.
   *
   * @param listening where a listener is open now; empty: it is not
   */
  Entrances(Deployment deployment, Function<String, Optional<Address>> listening) {
    this.deployment = deployment;
    this.listening = listening;
  }

  /**
   * The way to a service: the first listener, and on it the first route to the service, by which
   * this request gets there. What a route asks for in host and headers is added to the request.
   *
   * @param headers that the request has already, by name
   * @throws StepFailure if there is none
   */
  Entrance to(ServiceName service, String method, String target, Map<String, String> headers)
      throws StepFailure {
    Optional<String> closed = Optional.empty();
    boolean leads = false;
    for (ListenerSpec listener : inOrderFor(service, ListenerSpec.Protocol.HTTP)) {
      RouteTable table = RouteTable.compile(listener);
      for (Route route : listener.routes()) {
        if (!route.service().equals(service)) {
          continue;
        }
        leads = true;
        Address bound = listening.apply(listener.name()).orElse(listener.bind());
        Address near = near(bound);
        String host = header(headers, "host").orElseGet(() -> route.host().orElse(near.toString()));
        SequencedMap<String, String> added = missing(route, headers);
        if (!reaches(table, service, host, target, method, headers, added)) {
          continue;
        }
        if (listening.apply(listener.name()).isEmpty()) {
          closed = closed.or(() -> Optional.of(listener.name()));
          continue;
        }
        return new Entrance(
            "listener " + listener.name(),
            new InetSocketAddress(near.host(), near.port()),
            true,
            listener.tls().isPresent(),
            host,
            added,
            service);
      }
    }
    throw StepFailure.unknown(
        closed
            .map(name -> "listener " + name + " is not open on this machine")
            .orElse(
                leads
                    ? "no route leads to " + service + " with " + method + " " + target
                    : "no listener for HTTP leads to " + service));
  }

  /**
   * The listener of ours that has this address, if one has; what is asked there is found by its
   * routes.
   *
   * @param asked resolved
   * @param tls whether TLS is spoken
   * @param otherwise who answers for what no route takes
   */
  Optional<Entrance> at(
      InetSocketAddress asked,
      boolean tls,
      String host,
      String method,
      String target,
      Map<String, String> headers,
      ServiceName otherwise) {
    for (ListenerSpec listener : deployment.listeners()) {
      Optional<Address> bound = listening.apply(listener.name());
      if (listener.protocol() != ListenerSpec.Protocol.HTTP
          || listener.tls().isPresent() != tls
          || bound.filter(address -> isAt(asked, address)).isEmpty()) {
        continue;
      }
      Route route =
          RouteTable.compile(listener)
              .match(host, target, method, name -> header(headers, name).orElse(null));
      return Optional.of(
          new Entrance(
              "listener " + listener.name(),
              asked,
              true,
              tls,
              host,
              new LinkedHashMap<>(),
              route == null ? otherwise : route.service()));
    }
    return Optional.empty();
  }

  /** The way to a service by a listener that passes bytes on, if one is open. */
  Optional<Entrance> plain(ServiceName service) {
    for (ListenerSpec listener : inOrderFor(service, ListenerSpec.Protocol.TCP)) {
      Optional<Address> bound = listening.apply(listener.name());
      if (bound.isPresent() && listener.routes().getFirst().service().equals(service)) {
        Address near = near(bound.get());
        return Optional.of(
            plain(listener, new InetSocketAddress(near.host(), near.port()), near.toString()));
      }
    }
    return Optional.empty();
  }

  /**
   * The listener of ours that passes bytes on and has this address, if one has.
   *
   * @param asked resolved
   */
  Optional<Entrance> plainAt(InetSocketAddress asked, String host) {
    return deployment.listeners().stream()
        .filter(listener -> listener.protocol() == ListenerSpec.Protocol.TCP)
        .filter(listener ->
            listening.apply(listener.name()).filter(bound -> isAt(asked, bound)).isPresent())
        .findFirst()
        .map(listener -> plain(listener, asked, host));
  }

  private static Entrance plain(ListenerSpec listener, InetSocketAddress address, String host) {
    return new Entrance(
        "listener " + listener.name(),
        address,
        true,
        listener.tls().isPresent(),
        host,
        new LinkedHashMap<>(),
        listener.routes().getFirst().service());
  }

  /** The listener that the service has for itself comes first. */
  private List<ListenerSpec> inOrderFor(ServiceName service, ListenerSpec.Protocol protocol) {
    return deployment.listeners().stream()
        .filter(listener -> listener.protocol() == protocol)
        .sorted((a, b) ->
            Boolean.compare(b.name().equals(service.value()), a.name().equals(service.value())))
        .toList();
  }

  private static boolean reaches(
      RouteTable table,
      ServiceName service,
      String host,
      String target,
      String method,
      Map<String, String> headers,
      Map<String, String> added) {
    Route found =
        table.match(
            host,
            target,
            method,
            name -> header(headers, name).or(() -> header(added, name)).orElse(null));
    return found != null && found.service().equals(service);
  }

  private static SequencedMap<String, String> missing(Route route, Map<String, String> headers) {
    SequencedMap<String, String> missing = new LinkedHashMap<>();
    route
        .headers()
        .forEach((name, value) -> {
          if (header(headers, name).isEmpty() && !name.equalsIgnoreCase("host")) {
            missing.put(name, value);
          }
        });
    return missing;
  }

  private static Optional<String> header(Map<String, String> headers, String name) {
    return headers.entrySet().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** By which address this machine itself reaches what is bound there. */
  private static Address near(Address bound) {
    return switch (bound.host().toLowerCase(Locale.ROOT)) {
      case "0.0.0.0" -> new Address("127.0.0.1", bound.port());
      case "::", "0:0:0:0:0:0:0:0" -> new Address("::1", bound.port());
      default -> bound;
    };
  }

  private static boolean isAt(InetSocketAddress asked, Address bound) {
    InetAddress address = asked.getAddress();
    if (address == null || asked.getPort() != bound.port()) {
      return false;
    }
    InetAddress own = new InetSocketAddress(bound.host(), bound.port()).getAddress();
    if (own == null) {
      return false;
    }
    try {
      return own.equals(address)
          || (own.isAnyLocalAddress()
              && (address.isLoopbackAddress()
                  || NetworkInterface.getByInetAddress(address) != null));
    } catch (SocketException e) {
      return false;
    }
  }
}
