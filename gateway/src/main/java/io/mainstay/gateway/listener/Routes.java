package io.mainstay.gateway.listener;

import io.mainstay.decisions.routing.RouteTable;
import io.mainstay.gateway.codec.RequestHead;
import io.mainstay.gateway.endpoint.TrafficService;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.ListenerSpec;
import java.util.IdentityHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The routes of one listener with the services that they lead to. Immutable; any thread. */
public final class Routes {
  private final ListenerSpec spec;
  private final RouteTable table;
  private final IdentityHashMap<ListenerSpec.Route, Target> targets = new IdentityHashMap<>();
  private final @Nullable Target only;

  /**
   * Where a route leads.
   *
   * @param service which
   * @param responseNanos in place of the service's response time-out; 0: that one
   */
  public record Target(TrafficService service, long responseNanos) {}

  /** Compiles them; routes to services that {@code services} does not know lead nowhere. */
  public Routes(ListenerSpec spec, Function<ServiceName, @Nullable TrafficService> services) {
    this.spec = spec;
    this.table = RouteTable.compile(spec);
    for (ListenerSpec.Route route : spec.routes()) {
      TrafficService service = services.apply(route.service());
      if (service != null) {
        long nanos = route.timeout().map(java.time.Duration::toNanos).orElse(0L);
        targets.put(route, new Target(service, nanos));
      }
    }
    this.only = targets.size() == 1 ? targets.values().iterator().next() : null;
  }

  /** What the listener was configured with. */
  public ListenerSpec spec() {
    return spec;
  }

  /** Where that request goes; null if no route fits. */
  public @Nullable Target match(RequestHead head) {
    ListenerSpec.Route route = head.match(table);
    return route == null ? null : targets.get(route);
  }

  /** Where a connection without requests goes; null if nowhere. */
  public @Nullable Target only() {
    return only;
  }
}
