package io.mainstay.gateway.http;

import io.mainstay.decisions.retry.RetryRule;
import io.mainstay.gateway.endpoint.Backend;
import io.mainstay.gateway.endpoint.LoopBackend;
import io.mainstay.gateway.endpoint.LoopService;
import io.mainstay.gateway.endpoint.OutlierWatch;
import io.mainstay.gateway.endpoint.ServiceTable;
import io.mainstay.gateway.loop.TrafficLoop;
import org.jspecify.annotations.Nullable;

/** Chooses an instance for a try and takes a place on it. Only on its loop. */
final class InstanceChoice {
  private static final int RACES = 4;

  private final TrafficLoop loop;

  InstanceChoice(TrafficLoop loop) {
    this.loop = loop;
  }

  /** The instance with a place taken; null if none has one now. */
  @Nullable LoopBackend choose(Exchange exchange, LoopService service, long now) {
    ServiceTable.View view = service.service().table().views().get(loop.index());
    OutlierWatch watch = service.service().watch();
    Backend trial =
        watch.mayWantTrial() && exchange.tried.isEmpty()
            ? watch.wantsTrial(now, isRepeatable(exchange))
            : null;
    if (trial != null) {
      if (enter(trial)) {
        exchange.trial = true;
        return trial.loop(loop.index());
      }
      watch.trialCancelled(trial);
    }
    for (int i = 0; i < RACES; i++) {
      LoopBackend backend = service.choose(view, true, exchange.tried, now);
      if (backend == null) {
        return null;
      }
      if (enter(backend.backend())) {
        return backend;
      }
    }
    return null;
  }

  private static boolean enter(Backend run) {
    if (!run.enter()) {
      return false;
    }
    // Looked at after the place was taken: a drain that begins now sees it.
    if (run.isClosed()) {
      run.leave();
      return false;
    }
    return true;
  }

  /** A try ended without a verdict: if it was a trial, another request must be that. */
  void cancelTrial(Exchange exchange, LoopBackend backend) {
    if (exchange.trial) {
      exchange.trial = false;
      exchange.service().service().watch().trialCancelled(backend.backend());
    }
  }

  /** Whether an instance takes traffic that this request has not tried. */
  static boolean isUntriedLeft(Exchange exchange, int loop) {
    ServiceTable table = exchange.service().service().table();
    for (LoopBackend backend : table.views().get(loop).backends()) {
      if (!backend.backend().isClosed() && !exchange.tried.contains(backend.candidate())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isRepeatable(Exchange exchange) {
    return exchange.body.staysRepeatable()
        && exchange.policy().retries().attempts() > 1
        && RetryRule.mayBeSentTwice(exchange.policy().retries(), exchange.methodText);
  }
}
