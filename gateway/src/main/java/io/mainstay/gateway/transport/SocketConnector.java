package io.mainstay.gateway.transport;

import io.mainstay.gateway.http.Connector;
import io.mainstay.gateway.loop.TrafficLoop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.SocketChannel;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.Consumer;

/** Opens connections to instances over a transport. */
// What becomes of a write or a close is seen as an event of the channel.
@SuppressWarnings("FutureReturnValueIgnored")
public final class SocketConnector implements Connector {
  private final Transport transport;

  /** Over that transport. */
  public SocketConnector(Transport transport) {
    this.transport = transport;
  }

  @Override
  public Channel connect(
      TrafficLoop loop,
      SocketAddress address,
      Duration timeout,
      ChannelHandler handler,
      Consumer<Channel> done) {
    SocketChannel channel = transport.newSocket();
    channel.config().setConnectTimeoutMillis(Math.clamp(timeout.toMillis(), 1, 3_600_000));
    channel.pipeline().addLast(handler);
    loop.eventLoop()
        .register(channel)
        .addListener(registered -> {
          if (registered.isSuccess()) {
            channel.connect(address).addListener(connected -> done.accept(channel));
          } else {
            done.accept(channel);
          }
        });
    return channel;
  }
}
