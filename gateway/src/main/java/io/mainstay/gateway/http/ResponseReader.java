package io.mainstay.gateway.http;

import io.mainstay.decisions.retry.FailureKind;
import io.mainstay.gateway.codec.BodyFollower;
import io.mainstay.gateway.codec.HeadWriter.Persistence;
import io.mainstay.gateway.codec.RequestHead;
import io.mainstay.gateway.codec.ResponseHead;
import io.mainstay.gateway.codec.ResponseParser;
import io.mainstay.gateway.flow.TappedRequest;
import io.mainstay.gateway.http.Exchange.Phase;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/** Reads the answers on one connection to an instance and passes them on. Only on its loop. */
// What becomes of a write or a close is seen as an event of the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class ResponseReader extends ChannelInboundHandlerAdapter {
  private static final int MOST_HEAD = 256 * 1024;
  private static final int MOST_JOINED = 8192;

  private final LoopHttp loop;
  private final UpstreamConnection connection;
  private final BodyFollower body = new BodyFollower();
  private @Nullable ByteBuf partial;
  private boolean headDone;
  private boolean reusable;
  private boolean clientReusable;
  private boolean unchunk;
  private boolean unflushed;
  private boolean broken;

  ResponseReader(LoopHttp loop, UpstreamConnection connection) {
    this.loop = loop;
    this.connection = connection;
  }

  /** A request goes out; its answer comes next. */
  void begin(Exchange exchange) {
    headDone = false;
    reusable = false;
    unchunk = false;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    Exchange exchange = connection.exchange();
    if (exchange == null) {
      in.release();
      // Bytes that nobody asked for: what they belong to cannot be known.
      connection.endedIdle();
      return;
    }
    long now = loop.traffic().readClock();
    connection.backend().heard(now);
    exchange.lastByte = now;
    ByteBuf held = partial;
    if (held != null) {
      partial = null;
      held.writeBytes(in);
      in.release();
      in = held;
    }
    if (headDone) {
      passBody(exchange, in);
    } else {
      readHead(exchange, in);
    }
  }

  private void readHead(Exchange exchange, ByteBuf in) {
    while (in.isReadable()) {
      ResponseHead head = loop.responseHead();
      int length = Math.min(in.readableBytes(), MOST_HEAD + MOST_JOINED);
      byte[] bytes = loop.peek(in, length);
      int end = ResponseParser.parse(bytes, length, head, MOST_HEAD);
      if (end == ResponseParser.INCOMPLETE) {
        break;
      }
      if (end == ResponseParser.GARBAGE || (head.status() == 101 && !exchange.upgrade)) {
        in.release();
        loop.path().failed(exchange, FailureKind.GARBAGE, 0);
        return;
      }
      in.skipBytes(end);
      if (head.status() >= 200) {
        beginAnswer(exchange, head, in, bytes, end);
        return;
      }
      if (head.status() == 101) {
        beginAnswerTimes(exchange, head.status());
        Tunnel.begin(loop, exchange, connection, head, in);
        return;
      }
      passInterim(exchange, head);
    }
    if (in.isReadable()) {
      partial = connection.channel().alloc().buffer(Math.max(1024, 2 * in.readableBytes()));
      partial.writeBytes(in);
    }
    in.release();
  }

  private void passInterim(Exchange exchange, ResponseHead head) {
    if (exchange.http10) {
      return;
    }
    Channel client = exchange.client.channel();
    loop.writer().response(head, Persistence.DEFAULT, false, "");
    ByteBuf out = client.alloc().buffer(loop.writer().length());
    loop.writer().copyTo(out);
    client.writeAndFlush(out, client.voidPromise());
  }

  private void beginAnswerTimes(Exchange exchange, int status) {
    long now = loop.traffic().now();
    exchange.status = status;
    exchange.firstByte = now;
    exchange.lastByte = now;
    if (exchange.mark == null) {
      connection.backend().answered(status, now - exchange.tryStarted);
    }
  }

  /**
   * Passes the head on, and what of the body came with it.
   *
   * @param in its reader index stands behind the head; taken over
   * @param bytes what {@code in} holds, from the head on
   * @param end of the head in {@code bytes}
   */
  private void beginAnswer(
      Exchange exchange, ResponseHead head, ByteBuf in, byte[] bytes, int end) {
    if (loop.path().retrying().retriesStatus(exchange, head.status())) {
      in.release();
      if (exchange.mark == null) {
        connection.backend().answered(head.status(), 0);
      }
      loop.path().failed(exchange, FailureKind.STATUS, head.status());
      return;
    }
    begin(exchange, head);
    TappedRequest tapped = exchange.tapped;
    if (tapped != null) {
      tapped.answer(head, in);
    }
    ByteBuf data = null;
    int length = 0;
    if (unchunk) {
      data = unchunk(in);
    } else {
      length = body.take(in, null);
    }
    if (body.isBad()) {
      in.release();
      if (data != null) {
        data.release();
      }
      loop.path().failed(exchange, FailureKind.GARBAGE, 0);
      return;
    }
    beginAnswerTimes(exchange, head.status());
    exchange.phase = Phase.ANSWERING;
    exchange.body.release();
    Channel client = exchange.client.channel();
    loop.writer().response(head, persistence(exchange), !unchunk, exchange.answerer());
    boolean joined = length <= MOST_JOINED;
    ByteBuf out = client.alloc().buffer(loop.writer().length() + (joined ? length : 0));
    loop.writer().copyTo(out);
    if (joined) {
      out.writeBytes(bytes, end, length);
      in.skipBytes(length);
    }
    client.write(out, client.voidPromise());
    if (data != null) {
      client.write(data, client.voidPromise());
    } else if (!joined) {
      passOn(client, in, length);
      in = null;
    }
    passed(exchange, client, in);
  }

  private void begin(Exchange exchange, ResponseHead head) {
    headDone = true;
    reusable = head.isKeepAlive();
    boolean hasBody = exchange.method != RequestHead.Method.HEAD && head.mayHaveBody();
    boolean untilClose = false;
    if (!hasBody) {
      body.beginNone();
    } else if (head.isChunked()) {
      body.beginChunks();
      unchunk = exchange.http10;
      untilClose = unchunk;
    } else if (head.contentLength() >= 0) {
      body.beginLength(head.contentLength());
    } else {
      body.beginUntilClose();
      untilClose = true;
    }
    // An answer before the end of the request: where the next request would begin is unsure.
    clientReusable =
        exchange.keepAlive
            && !untilClose
            && exchange.client.isRequestRead()
            && !exchange.client.listener().isClosing();
  }

  private Persistence persistence(Exchange exchange) {
    if (!clientReusable) {
      return Persistence.CLOSE;
    }
    return exchange.http10 ? Persistence.KEEP_ALIVE : Persistence.DEFAULT;
  }

  private ByteBuf unchunk(ByteBuf in) {
    ByteBuf data = connection.channel().alloc().buffer(in.readableBytes());
    int taken = body.take(in, (buffer, from, length) -> data.writeBytes(buffer, from, length));
    in.skipBytes(taken);
    return data;
  }

  private void passBody(Exchange exchange, ByteBuf in) {
    Channel client = exchange.client.channel();
    TappedRequest tapped = exchange.tapped;
    if (tapped != null) {
      tapped.answer(in);
    }
    if (unchunk) {
      client.write(unchunk(in), client.voidPromise());
    } else {
      int length = body.take(in, null);
      if (!body.isBad()) {
        passOn(client, in, length);
        in = null;
      }
    }
    if (body.isBad()) {
      if (in != null) {
        in.release();
      }
      client.flush();
      loop.path().failed(exchange, FailureKind.GARBAGE, 0);
      return;
    }
    passed(exchange, client, in);
  }

  /** Writes that many bytes and takes {@code in} over; more than them make it unusable. */
  private void passOn(Channel client, ByteBuf in, int length) {
    if (length < in.readableBytes()) {
      reusable = false;
      in.writerIndex(in.readerIndex() + length);
    }
    client.write(in, client.voidPromise());
  }

  private void passed(Exchange exchange, Channel client, @Nullable ByteBuf rest) {
    if (rest != null) {
      reusable &= !rest.isReadable();
      rest.release();
    }
    if (body.isDone()) {
      unflushed = false;
      // Before the client can have seen the end.
      loop.path().ended(exchange, exchange.status);
      client.flush();
      finish(exchange);
      return;
    }
    unflushed = true;
    exchange.due(exchange.lastByte + exchange.policy().timeouts().idle().toNanos());
    if (!client.isWritable()) {
      connection.clientWritable(false);
    }
  }

  private void finish(Exchange exchange) {
    boolean requestRead = exchange.body.isComplete();
    connection.release(reusable && requestRead);
    loop.path().finish(exchange, clientReusable);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    Exchange exchange = connection.exchange();
    if (unflushed && exchange != null) {
      unflushed = false;
      exchange.client.channel().flush();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    Exchange exchange = connection.exchange();
    if (exchange != null && exchange.phase != Phase.CONNECTING) {
      exchange.client.resumeBody();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    Exchange exchange = connection.exchange();
    if (exchange == null) {
      connection.endedIdle();
    } else if (exchange.phase == Phase.ANSWERING && body.isUntilClose() && !broken) {
      loop.path().ended(exchange, exchange.status);
      exchange.client.channel().flush();
      body.beginNone();
      finish(exchange);
    } else if (exchange.phase == Phase.ANSWERING) {
      exchange.client.channel().flush();
      loop.path().failed(exchange, FailureKind.TRUNCATED, 0);
    } else if (exchange.phase == Phase.SENT) {
      FailureKind kind = partial == null ? FailureKind.RESET : FailureKind.TRUNCATED;
      loop.path().failed(exchange, kind, 0);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    ByteBuf held = partial;
    if (held != null) {
      partial = null;
      held.release();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // A reset: the end that follows is not the regular end of a body.
    broken = true;
    context.close();
  }
}
