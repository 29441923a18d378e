package io.mainstay.gateway.flow;

import io.mainstay.gateway.codec.Octets;
import io.mainstay.gateway.codec.RequestHead;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Checks.StatusRange;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.FlowSpec;
import io.mainstay.model.spec.JsonPath;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.FlowKey;
import io.mainstay.model.state.FlowSighting.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One side of a flow: which requests of a service are looked at for a key. Immutable. */
public final class Tap {
  /** Nothing is looked at. */
  public static final Tap[] NONE = {};

  final FlowKey flow;
  final Side side;
  final byte @Nullable [] header;
  final @Nullable JsonPath json;
  private final String method;
  private final TapPath path;
  private final List<StatusRange> status;

  private Tap(FlowKey flow, Side side, FlowSpec.Requests requests) {
    this.flow = flow;
    this.side = side;
    this.method = requests.method();
    this.path = new TapPath(requests.path());
    this.status = requests.status();
    this.header =
        requests.key() instanceof FlowSpec.Key.Header named
            ? Octets.bytes(named.name().toLowerCase(Locale.ROOT))
            : null;
    this.json = requests.key() instanceof FlowSpec.Key.Json inside ? inside.path() : null;
  }

  /** The taps on requests to that service, of flows of any service. */
  public static Tap[] on(ServiceName service, Deployment deployment) {
    List<Tap> taps = new ArrayList<>();
    for (ServiceSpec owner : deployment.services()) {
      for (FlowSpec flow : owner.business().flows()) {
        FlowKey key = new FlowKey(owner.name(), flow.name());
        if (flow.when().service().equals(service)) {
          taps.add(new Tap(key, Side.WHEN, flow.when()));
        }
        switch (flow.then()) {
          case FlowSpec.Sql _, FlowSpec.Promql _ -> {} // others tell
          case FlowSpec.Requests then -> {
            if (then.service().equals(service)) {
              taps.add(new Tap(key, Side.THEN, then));
            }
          }
        }
      }
    }
    return taps.isEmpty() ? NONE : taps.toArray(Tap[]::new);
  }

  boolean matches(RequestHead head) {
    return head.isMethod(method) && head.isPath(path);
  }

  boolean takes(int answered) {
    for (StatusRange range : status) {
      if (range.contains(answered)) {
        return true;
      }
    }
    return false;
  }
}
