package io.mainstay.business;

import io.mainstay.business.InstanceDirectory.Located;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.TransactionSpec.Action;
import io.mainstay.model.state.Pin;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whom a call of gRPC goes to. The gateway passes HTTP/2 on only as bytes: so a listener for TCP is
 * the way of users, and whoever is pinned is asked directly.
 */
final class GrpcTargets {
  private static final Pattern TO =
      Pattern.compile("(?:(https?)://)?(\\[[0-9a-fA-F:.%]+]|[^/?#:@\\[\\]]+):([0-9]{1,5})/?");

  private final InstanceDirectory instances;
  private final AtomicInteger turn = new AtomicInteger();

  GrpcTargets(InstanceDirectory instances) {
    this.instances = instances;
  }

  /**
   * One target.
   *
   * @param entrance the way
   * @param instance who answers there, if that is known beforehand
   */
  record Target(Entrance entrance, Optional<InstanceId> instance) {}

  Target of(Action.Grpc grpc, Attempt attempt) throws StepFailure, InterruptedException {
    ServiceName service = grpc.service().orElse(attempt.owner());
    Optional<Entrance> named =
        grpc.to().isPresent()
            ? Optional.of(named(attempt.names().expand(grpc.to().get()), service, attempt))
            : attempt.entrances().plain(service);
    // What is pinned is one of ours, wherever a way of its own would lead.
    boolean ours = named.map(Entrance::own).orElse(true);
    ServiceName asked = named.map(Entrance::service).orElse(service);
    Optional<Pin> pin =
        attempt.pins().stream().filter(one -> one.service().equals(asked)).findAny();
    if (ours && pin.isPresent()) {
      return pinned(pin.get());
    }
    if (named.isPresent()) {
      return new Target(named.get(), Optional.empty());
    }
    List<Located> ready = instances.of(service).stream().filter(Located::serves).toList();
    if (ready.isEmpty()) {
      throw StepFailure.failed("no instance of " + service + " serves");
    }
    return direct(ready.get(Math.floorMod(turn.getAndIncrement(), ready.size())));
  }

  private Target pinned(Pin pin) throws StepFailure {
    return switch (pin.target()) {
      case Pin.Target.Fallback() ->
          throw StepFailure.unknown("a call of gRPC cannot be sent to a fallback");
      case Pin.Target.One(InstanceId wanted) ->
          instances.of(pin.service()).stream()
              .filter(one -> one.id().equals(wanted))
              .findFirst()
              .map(GrpcTargets::direct)
              .orElseThrow(() -> StepFailure.unknown("pinned instance not known"));
    };
  }

  private static Target direct(Located one) {
    return new Target(
        new Entrance(
            one.id().toString(),
            new InetSocketAddress(one.address().host(), one.address().port()),
            true,
            false,
            one.address().toString(),
            new LinkedHashMap<>(),
            one.id().service()),
        Optional.of(one.id()));
  }

  private static Entrance named(String to, ServiceName service, Attempt attempt)
      throws StepFailure {
    Matcher parts = TO.matcher(to);
    if (!parts.matches() || Integer.parseInt(parts.group(3)) > 65535) {
      throw StepFailure.unknown("not an address: " + Quoting.quote(to));
    }
    String host = parts.group(2) + ":" + parts.group(3);
    InetSocketAddress address;
    try {
      address =
          new InetSocketAddress(
              InetAddress.getByName(parts.group(2)), Integer.parseInt(parts.group(3)));
    } catch (UnknownHostException e) {
      throw StepFailure.failed("no address is known for " + parts.group(2));
    }
    return attempt
        .entrances()
        .plainAt(address, host)
        .orElseGet(() ->
            new Entrance(
                host,
                address,
                false,
                "https".equals(parts.group(1)),
                host,
                new LinkedHashMap<>(),
                service));
  }
}
