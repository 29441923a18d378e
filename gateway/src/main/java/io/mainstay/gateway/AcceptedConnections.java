package io.mainstay.gateway;

import io.mainstay.gateway.endpoint.Director;
import io.mainstay.gateway.http.ClientConnection;
import io.mainstay.gateway.http.Connector;
import io.mainstay.gateway.http.LoopHttp;
import io.mainstay.gateway.listener.ConnectionSetup;
import io.mainstay.gateway.listener.ListenerState;
import io.mainstay.gateway.tcp.TcpConnection;
import io.mainstay.gateway.tls.TlsTermination;
import io.mainstay.gateway.transport.Transport;
import io.mainstay.model.spec.ListenerSpec;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds the pipelines of accepted connections: TLS, then what the listener speaks. */
// What becomes of a write or a close is seen as an event of the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class AcceptedConnections implements ConnectionSetup {
  private final Transport transport;
  private final IdentityHashMap<EventLoop, LoopHttp> loops = new IdentityHashMap<>();
  private final Director director;
  private final Connector connector;

  AcceptedConnections(
      Transport transport, List<LoopHttp> loops, Director director, Connector connector) {
    this.transport = transport;
    loops.forEach(loop -> this.loops.put(loop.traffic().eventLoop(), loop));
    this.director = director;
    this.connector = connector;
  }

  @Override
  public ChannelHandler initializer(
      ListenerSpec spec, ListenerState state, @Nullable TlsTermination tls) {
    return new ChannelInitializer<SocketChannel>() {
      @Override
      protected void initChannel(SocketChannel channel) {
        if (!state.enter(channel)) {
          channel.unsafe().closeForcibly();
          return;
        }
        transport.prepare(channel);
        if (tls != null) {
          channel.pipeline().addLast(tls.handler());
        }
        LoopHttp loop = loopOf(channel.eventLoop());
        switch (spec.protocol()) {
          case HTTP -> speakHttp(channel, loop, state, tls != null);
          case TCP -> {
            channel.config().setAutoRead(false);
            channel.config().setAllowHalfClosure(true);
            channel
                .pipeline()
                .addLast(
                    new TcpConnection(loop.traffic(), director, connector, state, tls != null));
          }
        }
      }
    };
  }

  /** HTTP/1.1; another version would be detected and put in place here. */
  private static void speakHttp(
      Channel channel, LoopHttp loop, ListenerState state, boolean secure) {
    channel.pipeline().addLast(new ClientConnection(loop, state, secure));
  }

  private LoopHttp loopOf(EventLoop eventLoop) {
    LoopHttp loop = loops.get(eventLoop);
    if (loop == null) {
      throw new IllegalStateException("accepted on a loop of somebody else");
    }
    return loop;
  }
}
