package io.mainstay.gateway.http;

import io.mainstay.gateway.loop.TrafficLoop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.Consumer;

/** Opens connections to instances. */
@FunctionalInterface
public interface Connector {
  /**
   * Opens one on that loop. Returns at once; must be called on the loop.
   *
   * @param timeout after it the attempt fails
   * @param handler goes into the pipeline before the connection is open
   * @param done gets the channel; it is active if the attempt succeeded, else closed
   * @return the channel that is being opened
   */
  Channel connect(
      TrafficLoop loop,
      SocketAddress address,
      Duration timeout,
      ChannelHandler handler,
      Consumer<Channel> done);
}
