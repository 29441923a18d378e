package io.mainstay.gateway.http;

import io.mainstay.gateway.endpoint.Detour;
import io.mainstay.gateway.endpoint.LoopService;
import io.mainstay.gateway.endpoint.ServiceTable;
import io.mainstay.gateway.endpoint.TrafficService;
import io.mainstay.gateway.loop.TrafficLoop;

/**
 * Requests that do not go where their route says: by a diversion, or since nobody of their service
 * takes them and there is a fallback. The rules: {@code docs/decisions/023-detours.md}. Only on its
 * loop.
 */
final class Detouring {
  private static final String DIVERTED = "diverted";

  private final RequestPath path;
  private final TrafficLoop loop;

  Detouring(RequestPath path, TrafficLoop loop) {
    this.path = path;
    this.loop = loop;
  }

  /**
   * Follows the diversion of a request's service, and of the next one's; true if it was answered.
   * Then it is a request of the last service, and not sent yet.
   */
  boolean divert(Exchange exchange, long now) {
    Detour detour = exchange.service().service().table().diversion();
    while (detour != null && !exchange.isPinnedHere() && detour.takes(loop.randomBits())) {
      switch (detour.to()) {
        case Detour.Own own -> {
          answer(exchange, own, DIVERTED, detour.secondsLeft(now));
          return true;
        }
        case Detour.Other other -> {
          if (isBetterHere(detour, other.service()) || !change(exchange, other.service(), now)) {
            return false;
          }
        }
      }
      detour = exchange.service().service().table().diversion();
    }
    return false;
  }

  /**
   * A part of the requests is trusted to the service: so is the rest while nobody else is there.
   */
  private static boolean isBetterHere(Detour detour, TrafficService other) {
    return !detour.isWhole() && other.table().traffic().isEmpty();
  }

  /**
   * Has a request that waits, or is to be tried again, leave for where all requests of its service
   * go by now; true if it did.
   */
  boolean takeWhole(Exchange exchange, long now) {
    Detour detour = exchange.service().service().table().diversion();
    if (detour == null || !detour.isWhole() || exchange.isPinnedHere()) {
      return false;
    }
    LoopService before = exchange.service();
    if (divert(exchange, now)) {
      return true;
    }
    if (exchange.service() == before) {
      return false;
    }
    exchange.phase = Exchange.Phase.NONE;
    path.goOn(exchange, now);
    return true;
  }

  /** Nobody of a request's service takes it: it goes another way, if there is one. */
  boolean fallBack(Exchange exchange, ServiceTable table, String reason, int retryAfterSeconds) {
    Detour detour = table.fallback();
    if (detour == null) {
      return false;
    }
    switch (detour.to()) {
      case Detour.Own own -> answer(exchange, own, reason, retryAfterSeconds);
      case Detour.Other other -> {
        long now = loop.readClock();
        if (!change(exchange, other.service(), now)) {
          return false;
        }
        exchange.phase = Exchange.Phase.NONE;
        if (other.service().table().diversion() == null || !divert(exchange, now)) {
          path.goOn(exchange, now);
        }
        exchange.client.updateReading();
      }
    }
    return true;
  }

  private void answer(Exchange exchange, Detour.Own own, String reason, int retryAfterSeconds) {
    exchange.count(LoopService.DIVERTED);
    path.answer(exchange, own, reason, retryAfterSeconds);
  }

  private boolean change(Exchange exchange, TrafficService to, long now) {
    LoopService from = exchange.service();
    if (!exchange.stations.change(from.service(), to)) {
      return false;
    }
    exchange.count(LoopService.DIVERTED);
    LoopService next = to.loop(loop.index());
    exchange.goesTo(next);
    exchange.count(LoopService.ARRIVED);
    next.budget().requestArrived(now);
    return true;
  }
}
