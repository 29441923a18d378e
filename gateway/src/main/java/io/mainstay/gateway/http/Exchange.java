package io.mainstay.gateway.http;

import io.mainstay.decisions.balancing.Tried;
import io.mainstay.decisions.retry.FailedTry;
import io.mainstay.gateway.codec.RequestHead;
import io.mainstay.gateway.endpoint.LoopBackend;
import io.mainstay.gateway.endpoint.LoopService;
import io.mainstay.gateway.endpoint.Stations;
import io.mainstay.gateway.endpoint.Waiting;
import io.mainstay.gateway.flow.TappedRequest;
import io.mainstay.gateway.listener.Routes;
import io.mainstay.gateway.loop.Timed;
import io.mainstay.model.spec.TrafficPolicy;
import org.jspecify.annotations.Nullable;

/**
 * One request with its answer, from the end of its head to the end of the answer. Each client
 * connection has one and uses it again for every request. Only on the loop of the connection.
 */
final class Exchange extends Timed implements Waiting {
  /** Where the request stands. */
  enum Phase {
    /** No request. */
    NONE,
    /** In the queue of its service. */
    WAITING,
    /** A connection to an instance is being opened for it. */
    CONNECTING,
    /** Its try failed, and nobody else is left: soon it is known whether the instance exited. */
    IN_DOUBT,
    /** Sent, or being sent; no answer yet. */
    SENT,
    /** The answer has begun. */
    ANSWERING
  }

  final ClientConnection client;
  final RequestPath path;
  final RequestBody body = new RequestBody();
  final Tried tried = new Tried();
  Phase phase = Phase.NONE;
  RequestHead.Method method = RequestHead.Method.GET;
  String methodText = "GET";
  boolean http10;
  boolean keepAlive;
  boolean upgrade;
  boolean expectsContinue;
  int tries;
  boolean bytesSent;
  boolean trial;
  long arrived;
  long waitingSince;
  long dispatched;
  long tryStarted;
  long firstByte;
  long lastByte;
  int status;
  private @Nullable LoopService service;
  private @Nullable TrafficPolicy policy;
  private long responseNanos;
  private long routeNanos;
  final Stations stations = new Stations();
  @Nullable LoopBackend backend;
  @Nullable UpstreamConnection upstream;
  @Nullable Doubt doubt;

  /** Of a probe of our own; null for requests of users. */
  @Nullable Mark mark;

  /** If it is a side of a flow; null otherwise, and once that was told. */
  @Nullable TappedRequest tapped;

  /** Whether the present try is bound to one instance. */
  boolean pinned;

  /** See {@link Phase#IN_DOUBT}: the try that failed, on whom, and until when to wait. */
  record Doubt(FailedTry failed, LoopBackend backend, long until) {}

  Exchange(ClientConnection client, RequestPath path) {
    this.client = client;
    this.path = path;
  }

  /** A request begins. */
  void begin(RequestHead head, Routes.Target target, LoopService loopService, long now) {
    routeNanos = target.responseNanos();
    goesTo(loopService);
    stations.clear();
    method = head.method();
    methodText = head.methodText();
    http10 = head.isHttp10();
    keepAlive = head.isKeepAlive();
    upgrade = head.isUpgrade();
    expectsContinue = head.expectsContinue();
    tries = 0;
    bytesSent = false;
    trial = false;
    pinned = false;
    arrived = now;
    dispatched = 0;
    status = 0;
    firstByte = 0;
    lastByte = now;
  }

  /** It is treated as a request of this service from now on; nothing of it has been tried there. */
  void goesTo(LoopService loopService) {
    TrafficPolicy current = loopService.service().table().policy();
    service = loopService;
    policy = current;
    responseNanos = routeNanos > 0 ? routeNanos : current.timeouts().response().toNanos();
    tried.clear();
  }

  /** The request is over. */
  void end() {
    phase = Phase.NONE;
    body.release();
    service = null;
    policy = null;
    backend = null;
    upstream = null;
    doubt = null;
    mark = null;
    tapped = null;
  }

  /** Counts something of a user's request for its service. */
  void count(int counter) {
    if (mark == null) {
      service().counters().add(counter, 1);
    }
  }

  @Override
  public boolean isCounted() {
    return mark == null;
  }

  /** Whether it must go somewhere whatever any request does. */
  boolean isPinnedHere() {
    Mark present = mark;
    return present != null && present.pin(service().service().name()) != null;
  }

  /** Who answers, for those who may know; else empty. */
  String answerer() {
    return mark == null ? "" : backend().backend().id().toString();
  }

  boolean isOpen() {
    return phase != Phase.NONE;
  }

  /** Whether a byte of the answer went to the client. */
  boolean isAnswering() {
    return phase == Phase.ANSWERING;
  }

  /** The service that it goes to; only while it is open. */
  LoopService service() {
    LoopService present = service;
    if (present == null) {
      throw new IllegalStateException("no request");
    }
    return present;
  }

  /** The policy that it is treated by, the same from its begin to its end. */
  TrafficPolicy policy() {
    TrafficPolicy present = policy;
    if (present == null) {
      throw new IllegalStateException("no request");
    }
    return present;
  }

  /** The instance of the present try. */
  LoopBackend backend() {
    LoopBackend present = backend;
    if (present == null) {
      throw new IllegalStateException("no try");
    }
    return present;
  }

  /** Until when the answer must begin, over all tries. */
  long responseDeadline() {
    return Math.max(dispatched == 0 ? arrived : dispatched, bodyEnded) + responseNanos;
  }

  /** When the last byte of the request came; its time-out runs from here. */
  long bodyEnded;

  void due(long nanos) {
    deadline(nanos);
  }

  @Override
  protected void expired(long now) {
    path.expired(this, now);
  }

  @Override
  public boolean dispatch() {
    return path.dispatch(this);
  }
}
