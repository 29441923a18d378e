package io.mainstay.gateway.splice;

import io.mainstay.gateway.endpoint.LoopBackend;
import io.mainstay.gateway.endpoint.Upstream;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;

/**
 * The bytes of a client's connection and of one to an instance, passed both ways with back-pressure
 * and half-close; a client that ends TLS ends both ways. Silence does not end it; keep-alive of TCP
 * finds out whether a peer is dead. Only on the loop of both.
 */
// What becomes of a write or a close is seen as an event of the channel.
@SuppressWarnings("FutureReturnValueIgnored")
public final class Splice extends Upstream {
  private final LoopBackend backend;
  private final Channel client;
  private final Channel server;
  private boolean ended;

  /** Both are open, on the same loop, and counted as a tunnel on {@code backend}. */
  public Splice(LoopBackend backend, Channel client, Channel server) {
    this.backend = backend;
    this.client = client;
    this.server = server;
  }

  /** The handler for the client's pipeline. */
  public ChannelInboundHandlerAdapter clientSide() {
    return new Side(server);
  }

  /** The handler for the pipeline of the connection to the instance. */
  public ChannelInboundHandlerAdapter serverSide() {
    return new Side(client);
  }

  /** Begins to read from both; the handlers are in place. */
  public void begin() {
    backend.use(this);
    for (Channel side : new Channel[] {client, server}) {
      set(side, ChannelOption.ALLOW_HALF_CLOSURE, true);
      set(side, ChannelOption.SO_KEEPALIVE, true);
    }
    if (!client.isActive() || !server.isActive()) {
      end(false);
      return;
    }
    read(client, server.isWritable());
    read(server, client.isWritable());
  }

  /** Reads from {@code side} or not; one that has ended its side is no longer asked to. */
  private static void read(Channel side, boolean reads) {
    boolean inputEnded = side instanceof DuplexChannel duplex && duplex.isInputShutdown();
    if (!inputEnded) {
      side.config().setAutoRead(reads);
    }
  }

  private static <T> void set(Channel channel, ChannelOption<T> option, T value) {
    try {
      channel.config().setOption(option, value);
    } catch (ChannelException e) {
      // The socket is gone already: the end of the channel is on its way.
    }
  }

  /** Ends what is sent to a side, in the way of TLS if it speaks that. */
  private static void endOutput(DuplexChannel side) {
    SslHandler tls = side.pipeline().get(SslHandler.class);
    if (tls == null) {
      side.shutdownOutput();
    } else {
      tls.closeOutbound().addListener(told -> side.shutdownOutput());
    }
  }

  private void end(boolean reset) {
    if (ended) {
      return;
    }
    ended = true;
    backend.unuse(this);
    backend.tunnelEnded();
    for (Channel side : new Channel[] {client, server}) {
      if (reset) {
        set(side, ChannelOption.SO_LINGER, 0);
        side.close();
      } else if (side.isActive()) {
        side.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> side.close());
      }
    }
  }

  @Override
  public void closeIdle() {
    end(false);
  }

  @Override
  public void moveAway() {
    // What went over it cannot be sent again.
  }

  @Override
  public void cut() {
    end(true);
  }

  /** Reads one side and writes to the other. */
  private final class Side extends ChannelInboundHandlerAdapter {
    private final Channel peer;

    Side(Channel peer) {
      this.peer = peer;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (ended) {
        ReferenceCountUtil.release(message);
        return;
      }
      peer.write(message, peer.voidPromise());
      if (!peer.isWritable()) {
        read(context.channel(), false);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      peer.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      read(peer, context.channel().isWritable());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event == ChannelInputShutdownEvent.INSTANCE && peer instanceof DuplexChannel duplex) {
        boolean bothEnded =
            context.channel() instanceof DuplexChannel self && self.isOutputShutdown();
        if (bothEnded) {
          end(false);
        } else {
          peer.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> endOutput(duplex));
        }
      } else if (event == SslCloseCompletionEvent.SUCCESS) {
        // TLS ends both directions at once.
        end(false);
      }
      context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      end(false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      end(true);
    }
  }
}
