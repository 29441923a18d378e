package io.mainstay.gateway.http;

import io.mainstay.decisions.retry.FailureKind;
import io.mainstay.decisions.retry.RetryRule;
import io.mainstay.gateway.endpoint.LoopBackend;
import io.mainstay.gateway.endpoint.Upstream;
import io.mainstay.gateway.http.Exchange.Phase;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an instance: sends one request after the other. Idle ones read on, so that the
 * end of the connection is seen before it is used. Only on its loop.
 */
// What becomes of a write or a close is seen as an event of the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class UpstreamConnection extends Upstream {
  /** An idle connection older than that carries no request that may not be sent twice. */
  private static final long FRESH_NANOS = 1_000_000_000L;

  private final LoopHttp loop;
  private final LoopBackend backend;
  private final ResponseReader reader;
  private @Nullable Channel channel;
  private @Nullable Exchange exchange;
  private boolean unflushed;
  private boolean closed;

  private UpstreamConnection(LoopHttp loop, LoopBackend backend) {
    this.loop = loop;
    this.backend = backend;
    this.reader = new ResponseReader(loop, this);
  }

  /** Sends the request of {@code exchange} over an idle connection, or over a new one. */
  static void send(LoopHttp loop, Exchange exchange, LoopBackend backend) {
    UpstreamConnection idle = takeIdle(loop, exchange, backend);
    if (idle != null) {
      exchange.upstream = idle;
      idle.exchange = exchange;
      backend.use(idle);
      idle.begin(exchange);
      return;
    }
    UpstreamConnection fresh = new UpstreamConnection(loop, backend);
    exchange.upstream = fresh;
    fresh.exchange = exchange;
    backend.use(fresh);
    fresh.open(exchange);
  }

  private static @Nullable UpstreamConnection takeIdle(
      LoopHttp loop, Exchange exchange, LoopBackend backend) {
    UpstreamConnection idle = (UpstreamConnection) backend.takeIdle();
    while (idle != null) {
      if (idle.channel().isActive()) {
        if (isRepeatable(exchange) || loop.traffic().now() - idle.idleSince < FRESH_NANOS) {
          return idle;
        }
        backend.keepIdle(idle);
        return null;
      }
      idle.closeIdle();
      idle = (UpstreamConnection) backend.takeIdle();
    }
    return null;
  }

  private static boolean isRepeatable(Exchange exchange) {
    return exchange.body.staysRepeatable()
        && RetryRule.mayBeSentTwice(exchange.policy().retries(), exchange.methodText);
  }

  private void open(Exchange forWhom) {
    forWhom.phase = Phase.CONNECTING;
    InetSocketAddress address = backend.backend().address();
    Duration timeout = forWhom.policy().timeouts().connect();
    forWhom.due(forWhom.tryStarted + timeout.toNanos());
    if (address == null) {
      loop.traffic().eventLoop().execute(() -> connectFailed());
      return;
    }
    channel = loop.connector().connect(loop.traffic(), address, timeout, reader, this::connected);
  }

  private void connectFailed() {
    Exchange waiting = exchange;
    if (waiting != null) {
      loop.path().failed(waiting, FailureKind.CONNECT, 0);
    }
  }

  private void connected(Channel opened) {
    Exchange waiting = exchange;
    if (closed || waiting == null) {
      opened.close();
    } else if (!opened.isActive()) {
      connectFailed();
    } else {
      channel = opened;
      begin(waiting);
    }
  }

  private void begin(Exchange request) {
    request.phase = Phase.SENT;
    request.tries++;
    request.bytesSent = true;
    reader.begin(request);
    Channel to = channel();
    request.body.writeTo(to);
    to.flush();
    request.body.sent();
    if (request.body.isComplete()) {
      awaitAnswer(request);
    } else {
      request.due(loop.traffic().now() + request.policy().timeouts().idle().toNanos());
      request.client.resumeBody();
    }
  }

  /** The whole request was written. */
  void awaitAnswer(Exchange request) {
    flush();
    request.due(loop.path().retrying().deadline(request, loop.traffic().now()));
  }

  /** A part of the body; goes out with the next {@link #flush}. */
  void write(ByteBuf part) {
    Channel to = channel();
    to.write(part, to.voidPromise());
    unflushed = true;
  }

  /** Sends what was written. */
  void flush() {
    if (unflushed) {
      unflushed = false;
      channel().flush();
    }
  }

  boolean isWritable() {
    return channel().isWritable();
  }

  /** The client can take more of the answer, or no longer. */
  void clientWritable(boolean writable) {
    Channel from = channel;
    if (from != null && exchange != null && from.config().isAutoRead() != writable) {
      from.config().setAutoRead(writable);
    }
  }

  Channel channel() {
    Channel present = channel;
    if (present == null) {
      throw new IllegalStateException("not connected");
    }
    return present;
  }

  @Nullable Exchange exchange() {
    return exchange;
  }

  LoopBackend backend() {
    return backend;
  }

  /** The answer is complete: keeps the connection for the next request, or closes it. */
  void release(boolean reusable) {
    exchange = null;
    backend.unuse(this);
    idleSince = loop.traffic().now();
    Channel present = channel();
    if (!present.config().isAutoRead()) {
      present.config().setAutoRead(true);
    }
    if (!reusable || !present.isActive() || !backend.keepIdle(this)) {
      closed = true;
      present.close();
    }
  }

  /** Gives the connection up with whatever is under way on it. */
  void discard() {
    exchange = null;
    closed = true;
    backend.unuse(this);
    Channel present = channel;
    if (present != null) {
      present.close();
    }
  }

  /** The connection ended while no request was on it. */
  void endedIdle() {
    if (!closed) {
      closed = true;
      backend.forgetIdle(this);
      channel().close();
    }
  }

  /** It carries something else than HTTP from now on. */
  void becameTunnel() {
    exchange = null;
    closed = true;
    backend.unuse(this);
  }

  ResponseReader reader() {
    return reader;
  }

  @Override
  public void closeIdle() {
    closed = true;
    channel().close();
  }

  @Override
  public void moveAway() {
    Exchange present = exchange;
    if (present != null) {
      loop.path().retrying().moveAway(present);
    }
  }

  @Override
  public void cut() {
    Exchange present = exchange;
    if (present != null) {
      loop.path().cut(present);
    }
  }
}
