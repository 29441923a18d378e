package io.mainstay.gateway.listener;

import io.mainstay.gateway.loop.TrafficLoop;
import io.mainstay.gateway.transport.Transport;
import io.mainstay.model.Address;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.unix.UnixChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * The sockets of one address: one a loop with SO_REUSEPORT where the transport has it, else one
 * that hands connections out. Blocks while it opens; not on an event loop.
 */
// What becomes of a write or a close is seen as an event of the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class OpenListener {
  private static final int BACKLOG = 4096;

  private final List<Channel> sockets = new ArrayList<>();
  private final String host;

  /** Nothing is open. */
  private OpenListener(String host) {
    this.host = host;
  }

  /**
   * Opens them.
   *
   * @param inherited an open, listening descriptor; -1 for none
   * @param all the group of all loops
   * @throws IOException if the address is taken or cannot be bound
   */
  static OpenListener open(
      Address address,
      int inherited,
      Transport transport,
      List<TrafficLoop> loops,
      EventLoopGroup all,
      ChannelHandler initializer)
      throws IOException {
    OpenListener listener = new OpenListener(address.host());
    try {
      if (inherited >= 0) {
        ServerBootstrap bootstrap = bootstrap(loops.getFirst().eventLoop(), all, initializer);
        bootstrap.channelFactory(() -> transport.inheritedServer(inherited));
        listener.sockets.add(await(bootstrap.register()));
      } else {
        listener.bind(address, transport, loops, all, initializer);
      }
    } catch (IOException | RuntimeException e) {
      listener.close();
      throw e;
    }
    return listener;
  }

  private void bind(
      Address address,
      Transport transport,
      List<TrafficLoop> loops,
      EventLoopGroup all,
      ChannelHandler initializer)
      throws IOException {
    InetSocketAddress wanted = new InetSocketAddress(address.host(), address.port());
    if (!transport.hasReusePort()) {
      ServerBootstrap bootstrap = bootstrap(loops.getFirst().eventLoop(), all, initializer);
      bootstrap.channelFactory(transport::newServer);
      sockets.add(await(bootstrap.bind(wanted)));
      return;
    }
    if (address.port() != 0) {
      probe(wanted);
    }
    for (TrafficLoop loop : loops) {
      ServerBootstrap bootstrap = bootstrap(loop.eventLoop(), loop.eventLoop(), initializer);
      bootstrap.channelFactory(transport::newServer);
      bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
      Channel socket = await(bootstrap.bind(wanted));
      sockets.add(socket);
      if (wanted.getPort() == 0) {
        wanted = (InetSocketAddress) socket.localAddress();
      }
    }
  }

  private static ServerBootstrap bootstrap(
      EventLoop acceptor, EventLoopGroup children, ChannelHandler initializer) {
    return new ServerBootstrap()
        .group(acceptor, children)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childHandler(initializer);
  }

  /** Binds without SO_REUSEPORT, which would share the address with whoever has it already. */
  private static void probe(InetSocketAddress address) throws IOException {
    try (SocketChannel socket = SocketChannel.open()) {
      socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      socket.bind(address);
    }
  }

  private static Channel await(io.netty.channel.ChannelFuture future) throws IOException {
    try {
      future.get();
      return future.channel();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IOException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while opening", e);
    }
  }

  /** The address as it was asked for, with the real port if any free one was. */
  Address address() {
    InetSocketAddress local = (InetSocketAddress) sockets.getFirst().localAddress();
    return new Address(host, local.getPort());
  }

  /** Stops accepting and waits until the sockets are closed. */
  void close() {
    for (Channel socket : sockets) {
      socket.close().awaitUninterruptibly();
    }
    sockets.clear();
  }
}
