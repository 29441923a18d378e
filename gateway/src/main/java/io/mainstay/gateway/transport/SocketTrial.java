package io.mainstay.gateway.transport;

import io.mainstay.gateway.endpoint.NodeTrial;
import io.mainstay.gateway.loop.TrafficLoop;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.socket.SocketChannel;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Tries over a transport whether a node answers. */
// What becomes of a close does not matter.
@SuppressWarnings("FutureReturnValueIgnored")
public final class SocketTrial implements NodeTrial {
  private final Transport transport;
  private final TrafficLoop loop;

  /** On that loop. */
  public SocketTrial(Transport transport, TrafficLoop loop) {
    this.transport = transport;
    this.loop = loop;
  }

  @Override
  public void ask(InetSocketAddress address, Duration timeout, Runnable answered) {
    SocketChannel channel = transport.newSocket();
    channel.config().setConnectTimeoutMillis(Math.clamp(timeout.toMillis(), 1, 60_000));
    channel.config().setAutoRead(false);
    loop.eventLoop()
        .register(channel)
        .addListener(registered -> {
          if (registered.isSuccess()) {
            channel
                .connect(address)
                .addListener(connected -> {
                  if (connected.isSuccess() || isRefused(connected.cause())) {
                    answered.run();
                  }
                  channel.close();
                });
          }
        });
  }

  /** A refusal comes from the node itself; that there is no way to it does not. */
  private static boolean isRefused(@Nullable Throwable cause) {
    String message = cause == null ? null : cause.getMessage();
    return cause instanceof ConnectException
        && !(cause instanceof ConnectTimeoutException)
        && !(cause instanceof NoRouteToHostException)
        && message != null
        && message.contains("refused");
  }
}
