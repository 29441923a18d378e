package io.mainstay.gateway.http;

import io.mainstay.decisions.balancing.Candidate;
import io.mainstay.decisions.outliers.Change;
import io.mainstay.decisions.retry.FailedTry;
import io.mainstay.decisions.retry.FailureKind;
import io.mainstay.decisions.retry.RetryBudget;
import io.mainstay.decisions.retry.RetryRule;
import io.mainstay.gateway.endpoint.Director;
import io.mainstay.gateway.endpoint.LoopBackend;
import io.mainstay.gateway.endpoint.LoopService;
import io.mainstay.gateway.http.Exchange.Phase;
import io.mainstay.gateway.loop.TrafficLoop;
import io.mainstay.model.spec.TrafficPolicy.Retries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What follows the end of a try: evidence about the instance, and perhaps another try. */
final class Retrying {
  /** An exit is heard of within milliseconds, but a busy machine may take longer. */
  private static final long DOUBT_NANOS = Duration.ofMillis(300).toNanos();

  /** A connection that failed sooner was refused. */
  private static final long REFUSED_NANOS = Duration.ofMillis(100).toNanos();

  private final RequestPath path;
  private final TrafficLoop loop;
  private final Director director;

  Retrying(RequestPath path, TrafficLoop loop, Director director) {
    this.path = path;
    this.loop = loop;
    this.director = director;
  }

  /** The try has no answer in its time: over if another one is left, else it gets the rest. */
  void late(Exchange exchange, long now) {
    if (!exchange.body.isComplete()) {
      long limit = exchange.lastByte + exchange.policy().timeouts().idle().toNanos();
      if (now - limit < 0) {
        exchange.due(limit);
        return;
      }
      path.abandonTry(exchange);
      path.answer(exchange, OwnAnswer.REQUEST_TIMEOUT, "the body did not arrive in time", 0);
      return;
    }
    long end = exchange.responseDeadline();
    if (now - end < 0 && !mayTryAgain(exchange, FailureKind.TIMEOUT, 0, now)) {
      exchange.due(end);
      return;
    }
    failed(exchange, FailureKind.TIMEOUT, 0);
  }

  /** When the present try is over, or is looked at again. */
  long deadline(Exchange exchange, long now) {
    long end = exchange.responseDeadline();
    long attempt = exchange.policy().timeouts().attempt().toNanos();
    return Math.min(end, now + attempt);
  }

  /** Whether a failure of that kind would lead to another try; draws nothing. */
  private boolean mayTryAgain(Exchange exchange, FailureKind kind, int status, long now) {
    if (exchange.pinned) {
      return false;
    }
    FailedTry failed = describe(exchange, kind, status);
    return RetryRule.wouldRetry(
        exchange.policy().retries(), failed, exchange.service().budget(), now);
  }

  /** Whether an answer with that status is not passed on, but tried again elsewhere. */
  boolean retriesStatus(Exchange exchange, int status) {
    return RetryRule.retriesStatus(exchange.policy().retries(), status)
        && mayTryAgain(exchange, FailureKind.STATUS, status, loop.now());
  }

  private FailedTry describe(Exchange exchange, FailureKind kind, int status) {
    boolean gone = exchange.backend().backend().isGone();
    return new FailedTry(
        kind,
        status,
        exchange.methodText,
        exchange.tries,
        exchange.bytesSent,
        exchange.body.isRepeatable(),
        exchange.isAnswering(),
        gone,
        isAnotherLeft(exchange, kind, gone),
        exchange.backend().backend().isNodeSilent());
  }

  /**
   * Whether the request can be sent to somebody else. If its try is lost, it also waits for whoever
   * comes next, as one that arrives now would; a try from which an answer may still come is not
   * ended for that.
   */
  private boolean isAnotherLeft(Exchange exchange, FailureKind kind, boolean gone) {
    boolean lost = kind.endsTry() || (gone && kind != FailureKind.STATUS);
    return loop.now() - exchange.responseDeadline() < 0
        && (InstanceChoice.isUntriedLeft(exchange, loop.index())
            || (lost && (gone || exchange.service().service().table().starting())));
  }

  /** The present try failed: takes the evidence in, then tries again or answers. */
  void failed(Exchange exchange, FailureKind kind, int status) {
    long now = loop.readClock();
    LoopBackend backend = exchange.backend();
    FailedTry failed = describe(exchange, kind, status);
    UpstreamConnection upstream = exchange.upstream;
    exchange.upstream = null;
    exchange.backend = null;
    if (upstream != null) {
      upstream.discard();
    }
    LoopService service = exchange.service();
    Candidate[] peers = service.service().table().views().get(loop.index()).candidates();
    backend.failed(now, now - exchange.tryStarted, Candidate.slowest(peers));
    exchange.trial = false;
    if (exchange.pinned) {
      end(exchange, kind, "pinned");
      return;
    }
    if (isSilence(kind, now - exchange.tryStarted)) {
      exchange.tried.avoidNodes(true);
    }
    List<Change> changes = new ArrayList<>(0);
    service.service().watch().failed(backend.backend(), kind, status, now, changes::add);
    changes.forEach(director::apply);
    if (isInDoubt(exchange, failed, now)) {
      exchange.phase = Phase.IN_DOUBT;
      exchange.doubt = new Exchange.Doubt(failed, backend, now + DOUBT_NANOS);
      // Looked at on every tick.
      exchange.due(now);
    } else {
      goOn(exchange, failed, now);
    }
    service.placeFreed();
  }

  /** Whether the node may be dead: a living one refuses a connection at once. */
  private static boolean isSilence(FailureKind kind, long elapsedNanos) {
    return switch (kind) {
      case TIMEOUT, STALL -> true;
      case CONNECT -> elapsedNanos >= REFUSED_NANOS;
      case RESET, TRUNCATED, GARBAGE, STATUS -> false;
    };
  }

  /**
   * Whether the failure looks like that of a process that has just exited, which nobody has told
   * yet, and the request could be sent to the one that will take its place.
   */
  private static boolean isInDoubt(Exchange exchange, FailedTry failed, long now) {
    return switch (failed.kind()) {
      case CONNECT, RESET, TRUNCATED -> {
        Retries retries = exchange.policy().retries();
        RetryBudget budget = exchange.service().budget();
        yield !failed.anotherLeft()
            && now - exchange.responseDeadline() < 0
            && RetryRule.wouldRetry(retries, failed.followedByAnother(), budget, now);
      }
      case TIMEOUT, STALL, GARBAGE, STATUS -> false;
    };
  }

  /** Goes on once it is known whether the instance exited, or the time to wait for that is over. */
  void resolve(Exchange exchange, long now) {
    Exchange.Doubt doubt = exchange.doubt;
    if (doubt == null) {
      return;
    }
    boolean gone = doubt.backend().backend().isGone();
    boolean another = isAnotherLeft(exchange, doubt.failed().kind(), gone);
    if (!another && now - doubt.until() < 0) {
      exchange.due(now);
      return;
    }
    exchange.doubt = null;
    goOn(exchange, another ? doubt.failed().followedByAnother() : doubt.failed(), now);
  }

  private void goOn(Exchange exchange, FailedTry failed, long now) {
    if (exchange.isAnswering()) {
      end(exchange, failed.kind(), "");
      return;
    }
    RetryRule.Answer answer =
        RetryRule.decide(exchange.policy().retries(), failed, exchange.service().budget(), now);
    if (answer != RetryRule.Answer.RETRY) {
      end(exchange, failed.kind(), answer.name().toLowerCase(Locale.ROOT).replace('_', ' '));
      return;
    }
    exchange.count(LoopService.RETRIED);
    exchange.phase = Phase.NONE;
    if (!path.dispatch(exchange)) {
      path.await(exchange, now);
    }
    exchange.client.updateReading();
  }

  /** There is no other try. */
  private void end(Exchange exchange, FailureKind kind, String why) {
    if (exchange.isAnswering()) {
      ClientConnection client = exchange.client;
      path.close(exchange);
      client.reset();
      return;
    }
    OwnAnswer own =
        kind == FailureKind.TIMEOUT || kind == FailureKind.STALL
            ? OwnAnswer.TIMED_OUT
            : OwnAnswer.INSTANCE_FAILED;
    String reason = "the instance failed: " + kind.label() + " (not tried again: " + why + ")";
    path.answer(exchange, own, reason, 0);
  }

  /** The instance is stalled: leaves it if the request may be sent elsewhere. */
  void moveAway(Exchange exchange) {
    if (exchange.phase != Phase.SENT && exchange.phase != Phase.CONNECTING) {
      return;
    }
    if (exchange.body.isComplete()
        && mayTryAgain(exchange, FailureKind.STALL, 0, loop.readClock())) {
      failed(exchange, FailureKind.STALL, 0);
    }
  }

  /** The answer is complete: what it says about the instance. */
  void answered(Exchange exchange, LoopBackend backend) {
    long now = loop.now();
    long latency = exchange.firstByte - exchange.tryStarted;
    exchange.upstream = null;
    exchange.backend = null;
    if (!FailureKind.isFailure(exchange.status)) {
      backend.succeeded(now, latency);
      return;
    }
    LoopService service = exchange.service();
    Candidate[] peers = service.service().table().views().get(loop.index()).candidates();
    backend.failed(now, latency, Candidate.slowest(peers));
    if (exchange.pinned) {
      return;
    }
    List<Change> changes = new ArrayList<>(0);
    service
        .service()
        .watch()
        .failed(backend.backend(), FailureKind.STATUS, exchange.status, now, changes::add);
    changes.forEach(director::apply);
  }
}
