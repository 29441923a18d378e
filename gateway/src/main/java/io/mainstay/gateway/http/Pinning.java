package io.mainstay.gateway.http;

import io.mainstay.gateway.endpoint.Backend;
import io.mainstay.gateway.endpoint.Director;
import io.mainstay.gateway.endpoint.LoopBackend;
import io.mainstay.gateway.endpoint.LoopService;
import io.mainstay.model.InstanceId;
import io.mainstay.model.state.Pin;
import org.jspecify.annotations.Nullable;

/**
 * Sends probes of our own where they are pinned to. They go over connections of their own, and
 * nothing that becomes of them is seen by balancer, outlier watch or limits: see {@code
 * docs/decisions/024-pins-and-marks.md}. Only on its loop.
 */
final class Pinning {
  private final LoopHttp loop;
  private final RequestPath path;
  private final Director director;

  Pinning(LoopHttp loop, RequestPath path, Director director) {
    this.loop = loop;
    this.path = path;
    this.director = director;
  }

  /** Counts a probe that arrived; true if it was refused, since its marks cannot be read. */
  boolean isRefused(Exchange exchange, Mark mark) {
    exchange.service().counters().add(LoopService.PROBES, 1);
    if (mark.wrong().isEmpty()) {
      return false;
    }
    path.answer(exchange, OwnAnswer.MALFORMED, "cannot read " + mark.wrong(), 0);
    return true;
  }

  /** Sends a request where it is pinned to; false if it goes where any request would. */
  boolean follow(Exchange exchange, Mark mark, long now) {
    LoopService service = exchange.service();
    Pin.Target target = mark.pin(service.service().name());
    return switch (target) {
      case null -> false;
      case Pin.Target.One one -> {
        send(exchange, one.instance(), now);
        yield true;
      }
      case Pin.Target.Fallback _ -> {
        String reason = "pinned to the fallback of " + service.service().name();
        if (!path.fallBack(exchange, reason)) {
          path.answer(exchange, OwnAnswer.UNAVAILABLE, reason + ", which has none to go to", 0);
        }
        yield true;
      }
    };
  }

  private void send(Exchange exchange, InstanceId instance, long now) {
    Backend run = present(instance);
    if (run == null) {
      path.answer(exchange, OwnAnswer.UNAVAILABLE, "pinned instance not known", 0);
      return;
    }
    LoopBackend apart = run.apart(loop.traffic());
    exchange.pinned = true;
    path.send(exchange, apart, now);
  }

  /** Its newest run that has an address, whatever it is told to do. */
  private @Nullable Backend present(InstanceId instance) {
    Backend newest = null;
    for (Backend run : director.runs(instance.service())) {
      boolean usable = run.isPublished() && !run.isGone() && run.address() != null;
      if (usable && run.id().equals(instance)) {
        newest = run;
      }
    }
    return newest;
  }
}
