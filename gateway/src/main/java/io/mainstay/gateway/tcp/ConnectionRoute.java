package io.mainstay.gateway.tcp;

import io.mainstay.gateway.endpoint.Detour;
import io.mainstay.gateway.endpoint.LoopService;
import io.mainstay.gateway.endpoint.Stations;
import io.mainstay.gateway.loop.TrafficLoop;
import org.jspecify.annotations.Nullable;

/**
 * The services that a connection comes to before one of their instances takes it. Counts its
 * arrivals. Only on its loop.
 */
final class ConnectionRoute {
  private final TrafficLoop loop;
  private final Stations stations = new Stations();

  ConnectionRoute(TrafficLoop loop) {
    this.loop = loop;
  }

  /** Where a connection goes that its listener sends to this service; null if nowhere. */
  @Nullable LoopService begin(LoopService first) {
    first.counters().add(LoopService.ARRIVED, 1);
    return further(first);
  }

  private @Nullable LoopService further(LoopService first) {
    LoopService at = first;
    Detour detour = at.service().table().diversion();
    while (detour != null && detour.takes(loop.randomBits())) {
      if (detour.to() instanceof Detour.Own) {
        // Nobody knows what an answer would look like here.
        at.counters().add(LoopService.DIVERTED, 1);
        return null;
      }
      LoopService next = next(at, detour);
      if (next == null) {
        return at;
      }
      at = next;
      detour = at.service().table().diversion();
    }
    return at;
  }

  /** Where a connection goes that nobody of this service takes; null if nowhere. */
  @Nullable LoopService instead(LoopService of) {
    Detour fallback = of.service().table().fallback();
    LoopService next = fallback == null ? null : next(of, fallback);
    return next == null ? null : further(next);
  }

  /** Where a waiting connection goes now; the same service if it stays, null if nowhere. */
  @Nullable LoopService now(LoopService waitingFor) {
    Detour detour = waitingFor.service().table().diversion();
    return detour != null && detour.isWhole() ? further(waitingFor) : waitingFor;
  }

  /** The service that a detour leads to, once it is entered; null if it does not lead there. */
  private @Nullable LoopService next(LoopService from, Detour detour) {
    if (!(detour.to() instanceof Detour.Other other)
        || (!detour.isWhole() && other.service().table().traffic().isEmpty())
        || !stations.change(from.service(), other.service())) {
      return null;
    }
    from.counters().add(LoopService.DIVERTED, 1);
    LoopService next = other.service().loop(loop.index());
    next.counters().add(LoopService.ARRIVED, 1);
    return next;
  }
}
