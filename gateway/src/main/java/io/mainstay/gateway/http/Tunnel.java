package io.mainstay.gateway.http;

import io.mainstay.gateway.codec.HeadWriter.Persistence;
import io.mainstay.gateway.codec.ResponseHead;
import io.mainstay.gateway.endpoint.LoopBackend;
import io.mainstay.gateway.splice.Splice;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** The change from HTTP to whatever the client and the instance agreed upon. */
// What becomes of a write or a close is seen as an event of the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class Tunnel {
  private Tunnel() {}

  /** The instance answered 101. Owns {@code in}. */
  static void begin(
      LoopHttp loop,
      Exchange exchange,
      UpstreamConnection connection,
      ResponseHead head,
      ByteBuf in) {
    ClientConnection clientSide = exchange.client;
    Channel client = clientSide.channel();
    Channel server = connection.channel();
    loop.writer().response(head, Persistence.DEFAULT, false, exchange.answerer());
    ByteBuf out = client.alloc().buffer(loop.writer().length());
    loop.writer().copyTo(out);
    client.write(out, client.voidPromise());
    LoopBackend backend = connection.backend();
    backend.becameTunnel(exchange.firstByte - exchange.tryStarted);
    connection.becameTunnel();
    ByteBuf rest = clientSide.takeRest();
    loop.path().ended(exchange, exchange.status);
    loop.path().close(exchange);
    Splice splice = new Splice(backend, client, server);
    replace(client, clientSide, splice.clientSide());
    replace(server, connection.reader(), splice.serverSide());
    pass(client, in);
    if (rest != null) {
      pass(server, rest);
    }
    client.flush();
    server.flush();
    splice.begin();
  }

  private static void pass(Channel to, ByteBuf bytes) {
    if (bytes.isReadable()) {
      to.write(bytes, to.voidPromise());
    } else {
      bytes.release();
    }
  }

  private static void replace(
      Channel channel, ChannelInboundHandlerAdapter old, ChannelInboundHandlerAdapter fresh) {
    channel.pipeline().replace(old, null, fresh);
  }
}
