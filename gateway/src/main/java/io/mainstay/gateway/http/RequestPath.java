package io.mainstay.gateway.http;

import io.mainstay.decisions.admission.QueueRule;
import io.mainstay.decisions.retry.FailureKind;
import io.mainstay.gateway.codec.RequestHead;
import io.mainstay.gateway.endpoint.Detour;
import io.mainstay.gateway.endpoint.Director;
import io.mainstay.gateway.endpoint.LoopBackend;
import io.mainstay.gateway.endpoint.LoopService;
import io.mainstay.gateway.endpoint.ServiceTable;
import io.mainstay.gateway.flow.TappedRequest;
import io.mainstay.gateway.http.Exchange.Phase;
import io.mainstay.gateway.listener.Routes;
import io.mainstay.gateway.loop.TrafficLoop;
import io.mainstay.model.spec.TrafficPolicy;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request, stage by stage; everything runs on the loop of the client's connection, and
 * so does the connection to the instance.
 *
 * <ol>
 *   <li>parse and validate: {@link ClientConnection}
 *   <li>route: {@link #begin}
 *   <li>admit, or wait in the queue: {@link #dispatch}
 *   <li>choose an instance: {@link InstanceChoice}
 *   <li>borrow or open a connection, send: {@link UpstreamConnection}
 *   <li>pass the answer on: {@link ResponseReader}
 *   <li>perhaps try again: {@link Retrying}
 *   <li>finish and count: {@link #finish}
 * </ol>
 *
 * <p>Buffers: an {@link Exchange} owns what its {@link RequestBody} holds until the answer begins
 * or the request ends; everything else is passed on at once.
 */
// What becomes of a write or a close is seen as an event of the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class RequestPath {
  private final LoopHttp loop;
  private final TrafficLoop traffic;
  private final InstanceChoice choice;
  private final Retrying retrying;
  private final Detouring detouring;
  private final Pinning pinning;
  private final Answering answering;
  private final Intake intake;

  RequestPath(LoopHttp loop, Director director) {
    this.loop = loop;
    this.traffic = loop.traffic();
    this.choice = new InstanceChoice(traffic);
    this.retrying = new Retrying(this, traffic, director);
    this.detouring = new Detouring(this, traffic);
    this.pinning = new Pinning(loop, this, director);
    this.answering = new Answering(this);
    this.intake = new Intake(loop);
  }

  /**
   * Routes a request and sends it on its way.
   *
   * @param in its reader index stands behind the head
   * @param available bytes of the body in {@code in}
   * @param complete whether they are all of it
   */
  void begin(
      Exchange exchange,
      RequestHead head,
      Routes.@Nullable Target target,
      ByteBuf in,
      int available,
      boolean complete) {
    if (target == null) {
      in.skipBytes(available);
      answering.withoutService(exchange, head, OwnAnswer.NO_ROUTE, "no route fits this request");
      return;
    }
    long now = traffic.readClock();
    LoopService service = target.service().loop(traffic.index());
    exchange.begin(head, target, service, now);
    exchange.mark = head.saysProbe() ? loop.probes().read(head) : null;
    exchange.count(LoopService.ARRIVED);
    if (!exchange.isPinnedHere()) {
      service.budget().requestArrived(now);
    }
    intake.begin(exchange, head, in, available, complete);
    traffic.watchClosely(exchange);
    if (exchange.mark != null && pinning.isRefused(exchange, exchange.mark)) {
      return;
    }
    if (service.service().table().diversion() == null || !detouring.divert(exchange, now)) {
      goOn(exchange, now);
    }
  }

  /** Sends a request to an instance of its service; those that wait already come first. */
  void goOn(Exchange exchange, long now) {
    Mark mark = exchange.mark;
    if (mark != null && pinning.follow(exchange, mark, now)) {
      return;
    }
    if (exchange.service().isAnyWaiting() || !dispatch(exchange, now)) {
      await(exchange, now);
    }
  }

  /** Finds an instance and sends the request to it; false if it must wait. */
  boolean dispatch(Exchange exchange) {
    long now = traffic.readClock();
    return detouring.takeWhole(exchange, now) || dispatch(exchange, now);
  }

  private boolean dispatch(Exchange exchange, long now) {
    LoopService service = exchange.service();
    LoopBackend chosen = choice.choose(exchange, service, now);
    if (chosen == null) {
      return false;
    }
    exchange.tried.add(chosen.candidate());
    send(exchange, chosen, now);
    return true;
  }

  /** Sends the request to an instance on which it has a place. */
  void send(Exchange exchange, LoopBackend chosen, long now) {
    if (exchange.dispatched == 0) {
      exchange.dispatched = now;
    }
    if (exchange.mark != null) {
      exchange.mark.asks(chosen.backend().id());
    }
    exchange.backend = chosen;
    exchange.tryStarted = now;
    chosen.begun(now);
    UpstreamConnection.send(loop, exchange, chosen);
  }

  /** Waits in the queue, unless it is full. */
  void await(Exchange exchange, long now) {
    LoopService service = exchange.service();
    ServiceTable table = service.service().table();
    TrafficPolicy.Concurrency rule = exchange.policy().concurrency();
    if (!QueueRule.mayWait(rule, service.service().queued())) {
      refuse(exchange, "the queue of " + service.service().name() + " is full", table);
      return;
    }
    if (table.isGivenUp(now)) {
      refuse(exchange, "no instance of " + service.service().name() + " is ready", table);
      return;
    }
    exchange.phase = Phase.WAITING;
    exchange.waitingSince = now;
    service.await(exchange, !exchange.tried.isEmpty());
    exchange.due(now);
    waitLonger(exchange, now);
  }

  /** Sets the end of the waiting time by what is known now; false if it has come. */
  private boolean waitLonger(Exchange exchange, long now) {
    ServiceTable table = exchange.service().service().table();
    long end = exchange.responseDeadline();
    long deadline =
        QueueRule.deadline(
            exchange.policy().concurrency(),
            exchange.waitingSince,
            table.traffic().size(),
            table.isStartAwaited(),
            end);
    if (exchange.dispatched != 0 && end - deadline < 0) {
      // Its time runs since its first try, whatever it waits for.
      deadline = end;
    }
    // Looked at on every tick, since it changes with what is starting.
    exchange.due(now);
    return deadline - now > 0;
  }

  private void refuse(Exchange exchange, String reason, ServiceTable table) {
    exchange.count(LoopService.REFUSED);
    int retryAfter = QueueRule.retryAfterSeconds(exchange.policy().concurrency(), table.starting());
    if (!detouring.fallBack(exchange, table, reason, retryAfter)) {
      answer(exchange, OwnAnswer.UNAVAILABLE, reason, retryAfter);
    }
  }

  /** Takes requests in. */
  Intake intake() {
    return intake;
  }

  /** The client broke the rules within the body. */
  void requestBroken(Exchange exchange, String reason) {
    if (exchange.isAnswering()) {
      abandon(exchange);
      exchange.client.reset();
    } else {
      abandonTry(exchange);
      answer(exchange, OwnAnswer.MALFORMED, reason, 0);
    }
  }

  /** The client is gone. */
  void clientLeft(Exchange exchange) {
    abandon(exchange);
  }

  private void abandon(Exchange exchange) {
    LoopService service = exchange.service();
    abandonTry(exchange);
    close(exchange);
    service.placeFreed();
  }

  /** Ends the present try without a verdict about the instance. */
  void abandonTry(Exchange exchange) {
    if (exchange.phase == Phase.WAITING) {
      exchange.service().leave(exchange);
    }
    UpstreamConnection upstream = exchange.upstream;
    LoopBackend backend = exchange.backend;
    exchange.upstream = null;
    exchange.backend = null;
    if (upstream != null) {
      upstream.discard();
    }
    if (backend != null) {
      backend.abandoned();
      choice.cancelTrial(exchange, backend);
    }
  }

  /** A deadline of the request has passed. */
  void expired(Exchange exchange, long now) {
    switch (exchange.phase) {
      case NONE -> exchange.due(io.mainstay.gateway.loop.Timed.NEVER);
      case WAITING -> {
        if (!waitLonger(exchange, now)) {
          LoopService service = exchange.service();
          service.leave(exchange);
          refuse(
              exchange,
              "no instance of " + service.service().name() + " was ready in time",
              service.service().table());
        }
      }
      case CONNECTING -> failed(exchange, FailureKind.CONNECT, 0);
      case IN_DOUBT -> retrying.resolve(exchange, now);
      case SENT -> retrying.late(exchange, now);
      case ANSWERING -> {
        long idleSince = exchange.lastByte;
        long limit = exchange.policy().timeouts().idle().toNanos();
        if (now - idleSince >= limit && !exchange.client.channel().isWritable()) {
          // The client takes nothing: no fault of the instance.
          abandon(exchange);
          exchange.client.reset();
        } else if (now - idleSince >= limit) {
          failed(exchange, FailureKind.TIMEOUT, 0);
        } else {
          exchange.due(idleSince + limit);
        }
      }
    }
  }

  /** The present try failed. */
  void failed(Exchange exchange, FailureKind kind, int status) {
    retrying.failed(exchange, kind, status);
  }

  /** The time to drain is over: the client sees that this request ends here. */
  void cut(Exchange exchange) {
    if (exchange.isAnswering()) {
      ClientConnection client = exchange.client;
      abandon(exchange);
      client.reset();
    } else {
      LoopService service = exchange.service();
      abandonTry(exchange);
      answer(exchange, OwnAnswer.INSTANCE_FAILED, "the instance was stopped", 0);
      service.placeFreed();
    }
  }

  /** What follows the end of a try. */
  Retrying retrying() {
    return retrying;
  }

  /** The answer is complete, and all of it was written. */
  void finish(Exchange exchange, boolean clientReusable) {
    LoopService service = exchange.service();
    LoopBackend backend = exchange.backend();
    retrying.answered(exchange, backend);
    ClientConnection client = exchange.client;
    close(exchange);
    service.placeFreed();
    client.answered(clientReusable);
  }

  /** Gives the answer of our own to a request, and ends it. */
  void answer(Exchange exchange, OwnAnswer answer, String reason, int retryAfterSeconds) {
    answering.own(exchange, answer, reason, retryAfterSeconds);
  }

  /** Gives the answer in place of a service to a request, and ends it. */
  void answer(Exchange exchange, Detour.Own answer, String reason, int retryAfterSeconds) {
    answering.page(exchange, answer, reason, retryAfterSeconds);
  }

  /** A request goes to the fallback of its service; false if it cannot. */
  boolean fallBack(Exchange exchange, String reason) {
    return detouring.fallBack(exchange, exchange.service().service().table(), reason, 0);
  }

  /** The answer is complete, or nothing more will come; told once, of those that must know. */
  void ended(Exchange exchange, int status) {
    TappedRequest tapped = exchange.tapped;
    if (tapped != null) {
      exchange.tapped = null;
      tapped.ended(status);
    }
    Mark mark = exchange.mark;
    if (mark != null) {
      loop.probes().ended(mark, exchange.service().service().name(), status, traffic.now());
    }
  }

  /** Ends the request; its try was ended before. */
  void close(Exchange exchange) {
    ended(exchange, 0);
    traffic.release(exchange);
    exchange.end();
  }

  /** Counts an answer that no service was asked for. */
  void countOwn(OwnAnswer answer) {
    loop.ownAnswers().add(answer.index(), 1);
  }
}
