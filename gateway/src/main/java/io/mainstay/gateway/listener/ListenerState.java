package io.mainstay.gateway.listener;

import io.mainstay.model.spec.ListenerSpec;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What connections of one listener share: its routes and limits, swapped while they are open, and
 * their number. Any thread.
 */
// What becomes of a write or a close is seen as an event of the channel.
@SuppressWarnings("FutureReturnValueIgnored")
public final class ListenerState {
  private final AtomicInteger connections = new AtomicInteger();
  private final ChannelGroup open = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, false);
  private volatile Routes routes;
  private volatile boolean closing;

  /** A listener without connections. */
  public ListenerState(Routes routes) {
    this.routes = routes;
  }

  /** The routes now; a request reads them once. */
  public Routes routes() {
    return routes;
  }

  /** New routes and limits, for requests that arrive from now on. */
  public void routes(Routes newRoutes) {
    routes = newRoutes;
  }

  /** The limits now. */
  public ListenerSpec.Limits limits() {
    return routes.spec().limits();
  }

  /** Whether the listener was removed: connections end with the request that is under way. */
  public boolean isClosing() {
    return closing;
  }

  /** The listener was removed: connections end after their request, idle ones within a second. */
  public void close() {
    closing = true;
    for (Channel channel : open) {
      channel.eventLoop().execute(() -> channel.pipeline().fireUserEventTriggered(Closed.NOW));
    }
  }

  /** Tells the handlers of a connection that its listener was removed. */
  public enum Closed {
    NOW
  }

  /** Ends every connection at once. */
  public void cut() {
    for (Channel channel : open) {
      channel.close();
    }
  }

  /** Counts a connection until it is closed; false if there are too many. */
  public boolean enter(Channel channel) {
    if (connections.incrementAndGet() > limits().connections()) {
      connections.decrementAndGet();
      return false;
    }
    open.add(channel);
    channel.closeFuture().addListener(closed -> connections.decrementAndGet());
    return true;
  }

  /** Open connections. */
  public int connections() {
    return connections.get();
  }
}
