package io.mainstay.gateway.tcp;

import io.mainstay.decisions.admission.QueueRule;
import io.mainstay.decisions.balancing.Candidate;
import io.mainstay.decisions.balancing.Tried;
import io.mainstay.decisions.outliers.Change;
import io.mainstay.decisions.retry.FailureKind;
import io.mainstay.gateway.endpoint.Backend;
import io.mainstay.gateway.endpoint.Director;
import io.mainstay.gateway.endpoint.LoopBackend;
import io.mainstay.gateway.endpoint.LoopService;
import io.mainstay.gateway.endpoint.OutlierWatch;
import io.mainstay.gateway.endpoint.ServiceTable;
import io.mainstay.gateway.endpoint.Waiting;
import io.mainstay.gateway.http.Connector;
import io.mainstay.gateway.listener.ListenerState;
import io.mainstay.gateway.listener.Routes;
import io.mainstay.gateway.loop.Timed;
import io.mainstay.gateway.loop.TrafficLoop;
import io.mainstay.gateway.splice.Splice;
import io.mainstay.model.spec.TrafficPolicy;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a client before it is joined to an instance: chooses one, connects, tries the
 * next one if that fails, and waits while nobody serves. With TLS an instance is asked only once
 * the handshake is done. Only on its loop.
 */
// What becomes of a write or a close is seen as an event of the channel.
@SuppressWarnings("FutureReturnValueIgnored")
public final class TcpConnection extends ChannelInboundHandlerAdapter {
  /** A connection that failed sooner was refused by a living node. */
  private static final long REFUSED_NANOS = 100_000_000L;

  private final TrafficLoop loop;
  private final Director director;
  private final Connector connector;
  private final ListenerState listener;
  private final boolean secure;
  private final Tried tried = new Tried();
  private final ConnectionRoute route;
  private final Try request = new Try();
  private @Nullable ChannelHandlerContext context;
  private @Nullable LoopService service;
  private @Nullable LoopBackend backend;
  private @Nullable Channel opening;
  private long waitingSince;
  private long tryStarted;
  private final List<Object> early = new ArrayList<>(0);
  private boolean trial;
  private boolean handshaking;
  private boolean inputEnded;
  private boolean ended;

  /**
   * A connection that was accepted on {@code listener}; it does not read yet.
   *
   * @param secure whether TLS stands before it in the pipeline
   */
  public TcpConnection(
      TrafficLoop loop,
      Director director,
      Connector connector,
      ListenerState listener,
      boolean secure) {
    this.loop = loop;
    this.route = new ConnectionRoute(loop);
    this.director = director;
    this.connector = connector;
    this.listener = listener;
    this.secure = secure;
    this.handshaking = secure;
  }

  /** The place in the queue. */
  private final class Try extends Timed implements Waiting {
    void due(long nanos) {
      deadline(nanos);
    }

    @Override
    protected void expired(long now) {
      late(now);
    }

    @Override
    public boolean dispatch() {
      return connectToSome();
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    loop.watchClosely(request);
    if (secure) {
      request.due(loop.readClock() + listener.limits().headerTimeout().toNanos());
    } else {
      begin();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    if (secure) {
      // The first bytes of the handshake; TLS asks for the others.
      active.read();
    }
    active.fireChannelActive();
  }

  private void begin() {
    Routes.Target target = listener.routes().only();
    if (target == null) {
      close();
      return;
    }
    goTo(route.begin(target.service().loop(loop.index())));
  }

  private void goTo(@Nullable LoopService wanted) {
    service = wanted;
    if (wanted == null) {
      close();
      return;
    }
    waitingSince = loop.readClock();
    if (wanted.isAnyWaiting() || !connectToSome()) {
      await(wanted);
    }
  }

  private void await(LoopService wanted) {
    ServiceTable table = wanted.service().table();
    TrafficPolicy policy = table.policy();
    if (table.isGivenUp(loop.now())
        || !QueueRule.mayWait(policy.concurrency(), wanted.service().queued())) {
      refuse(wanted);
      return;
    }
    wanted.await(request, !tried.isEmpty());
    request.due(loop.now());
  }

  private void refuse(LoopService wanted) {
    wanted.counters().add(LoopService.REFUSED, 1);
    trial = false;
    tried.clear();
    goTo(route.instead(wanted));
  }

  private void late(long now) {
    if (handshaking) {
      close();
      return;
    }
    LoopService wanted = service;
    if (wanted == null || opening != null) {
      return;
    }
    ServiceTable table = wanted.service().table();
    long end =
        QueueRule.deadline(
            table.policy().concurrency(),
            waitingSince,
            table.traffic().size(),
            table.isStartAwaited(),
            Long.MAX_VALUE);
    if (now - end >= 0) {
      wanted.leave(request);
      refuse(wanted);
    }
  }

  private boolean connectToSome() {
    LoopService wanted = service;
    if (wanted == null || ended) {
      return true;
    }
    LoopService elsewhere = route.now(wanted);
    if (elsewhere != wanted) {
      tried.clear();
      goTo(elsewhere);
      return true;
    }
    long now = loop.readClock();
    LoopBackend chosen = choose(wanted, now);
    InetSocketAddress address = chosen == null ? null : chosen.backend().address();
    if (chosen == null || address == null) {
      return false;
    }
    tried.add(chosen.candidate());
    backend = chosen;
    tryStarted = now;
    chosen.tunnelBegun(now);
    request.due(Timed.NEVER);
    opening =
        connector.connect(
            loop,
            address,
            wanted.service().table().policy().timeouts().connect(),
            new Paused(),
            this::connected);
    return true;
  }

  private @Nullable LoopBackend choose(LoopService wanted, long now) {
    OutlierWatch watch = wanted.service().watch();
    Backend onTrial = watch.mayWantTrial() && tried.isEmpty() ? watch.wantsTrial(now, true) : null;
    if (onTrial != null) {
      trial = true;
      return onTrial.loop(loop.index());
    }
    ServiceTable.View view = wanted.service().table().views().get(loop.index());
    return wanted.choose(view, false, tried, now);
  }

  private void connected(Channel server) {
    LoopBackend chosen = backend;
    LoopService wanted = service;
    ChannelHandlerContext client = context;
    opening = null;
    if (chosen == null || wanted == null || client == null) {
      server.close();
      return;
    }
    backend = null;
    if (ended) {
      server.close();
      chosen.tunnelAbandoned();
      return;
    }
    long now = loop.readClock();
    if (!server.isActive()) {
      failed(wanted, chosen, now);
      return;
    }
    chosen.tunnelOpened(now, now - tryStarted);
    loop.release(request);
    Splice splice = new Splice(chosen, client.channel(), server);
    server.pipeline().removeFirst();
    server.pipeline().addLast(splice.serverSide());
    service = null;
    for (Object read : early) {
      server.write(read, server.voidPromise());
    }
    early.clear();
    server.flush();
    client.pipeline().replace(this, null, splice.clientSide());
    splice.begin();
    if (inputEnded) {
      client.channel().pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
  }

  private void failed(LoopService wanted, LoopBackend chosen, long now) {
    Candidate[] peers = wanted.service().table().views().get(loop.index()).candidates();
    chosen.tunnelFailed(now, now - tryStarted, Candidate.slowest(peers));
    trial = false;
    tried.avoidNodes(now - tryStarted >= REFUSED_NANOS);
    List<Change> changes = new ArrayList<>(0);
    wanted.service().watch().failed(chosen.backend(), FailureKind.CONNECT, 0, now, changes::add);
    changes.forEach(director::apply);
    if (!connectToSome()) {
      boolean anotherLeft = wanted.service().table().starting();
      if (anotherLeft) {
        await(wanted);
      } else {
        close();
      }
    }
  }

  private void close() {
    ended = true;
    loop.release(request);
    ChannelHandlerContext present = context;
    if (present != null) {
      present.close();
    }
  }

  /** Transports read what is left once the client has ended its side, asked or not. */
  @Override
  public void channelRead(ChannelHandlerContext read, Object message) {
    early.add(message);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext triggered, Object event) {
    if (event == SslHandshakeCompletionEvent.SUCCESS) {
      handshaking = false;
      begin();
    } else if (event == ChannelInputShutdownEvent.INSTANCE
        || event == SslCloseCompletionEvent.SUCCESS) {
      inputEnded = true;
      if (handshaking) {
        close();
      }
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    early.forEach(ReferenceCountUtil::release);
    early.clear();
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    ended = true;
    loop.release(request);
    LoopService wanted = service;
    LoopBackend chosen = backend;
    if (wanted != null && chosen != null && trial) {
      wanted.service().watch().trialCancelled(chosen.backend());
    }
    if (wanted != null && opening == null) {
      wanted.leave(request);
    }
    Channel half = opening;
    if (half != null) {
      half.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
    caught.close();
  }

  /** In place until the connection is joined; nothing is read before. */
  private static final class Paused extends ChannelInboundHandlerAdapter {
    @Override
    public void handlerAdded(ChannelHandlerContext added) {
      added.channel().config().setAutoRead(false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
      caught.close();
    }
  }
}
