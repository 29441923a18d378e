package io.mainstay.gateway.http;

import io.mainstay.gateway.codec.BodyFollower;
import io.mainstay.gateway.codec.HeadWriter;
import io.mainstay.gateway.codec.Octets;
import io.mainstay.gateway.codec.RequestHead;
import io.mainstay.gateway.codec.RequestParser;
import io.mainstay.gateway.listener.ListenerState;
import io.mainstay.gateway.listener.Routes;
import io.mainstay.gateway.loop.Timed;
import io.mainstay.model.spec.ListenerSpec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client: reads heads, follows bodies, and holds what is pipelined until the
 * answer before it is done. Only on its event loop.
 *
 * <p>Buffers: what is read is either passed on or released here; what belongs to a later request is
 * copied, so that no receive buffer is kept while a request is under way.
 */
// What becomes of a write or a close is seen as an event of the channel.
@SuppressWarnings("FutureReturnValueIgnored")
public final class ClientConnection extends ChannelInboundHandlerAdapter {
  /** Bytes of later requests that are held; then reading stops. */
  private static final int MOST_PIPELINED = 64 * 1024;

  private static final long LINGER_NANOS = 2_000_000_000L;

  /** How long an idle connection stays when its listener goes: a request may be on its way. */
  private static final long CLOSING_NANOS = 1_000_000_000L;

  private final LoopHttp loop;
  private final ListenerState listener;
  private final boolean secure;
  private final BodyFollower requestBody = new BodyFollower();
  private final Exchange exchange;
  private final Watch watch = new Watch();
  private byte[] address = new byte[0];
  private byte[] trailer = new byte[0];
  private @Nullable Channel channel;
  private @Nullable ByteBuf pending;
  private int parsedUpTo;
  private boolean consuming;
  private boolean lingering;
  private boolean ended;

  /** A connection that was accepted on {@code listener}. */
  public ClientConnection(LoopHttp loop, ListenerState listener, boolean secure) {
    this.loop = loop;
    this.listener = listener;
    this.secure = secure;
    this.exchange = new Exchange(this, loop.path());
  }

  /** The deadlines of a connection without a request under way. */
  private final class Watch extends Timed {
    void due(long nanos) {
      deadline(nanos);
    }

    @Override
    protected void expired(long now) {
      headLate();
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context.channel();
    address = addressOf(context.channel());
    trailer = HeadWriter.trailer(secure);
    loop.traffic().watch(watch);
    long patience =
        listener.isClosing() ? CLOSING_NANOS : listener.limits().idleTimeout().toNanos();
    watch.due(loop.traffic().now() + patience);
  }

  private static byte[] addressOf(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress peer && peer.getAddress() != null
        ? Octets.bytes(peer.getAddress().getHostAddress())
        : Octets.bytes("unknown");
  }

  Channel channel() {
    Channel present = channel;
    if (present == null) {
      throw new IllegalStateException("not added to a channel");
    }
    return present;
  }

  byte[] address() {
    return address;
  }

  byte[] trailer() {
    return trailer;
  }

  ListenerState listener() {
    return listener;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (lingering || ended) {
      in.release();
      return;
    }
    ByteBuf held = pending;
    if (held != null) {
      held.writeBytes(in);
      in.release();
      in = held;
      pending = null;
    }
    consume(in, held != null);
  }

  /** Takes in as much as can be; keeps the rest. Owns {@code in}. */
  private void consume(ByteBuf in, boolean isOwn) {
    consuming = true;
    try {
      while (in.isReadable() && !lingering && !ended) {
        boolean progress =
            (exchange.isOpen() || !requestBody.isDone())
                ? (!requestBody.isDone() && readBody(in))
                : readHead(in);
        if (!progress) {
          break;
        }
      }
    } finally {
      consuming = false;
    }
    if (!in.isReadable() || lingering || ended) {
      in.release();
    } else if (isOwn) {
      pending = in.discardSomeReadBytes();
    } else {
      ByteBuf copy = channel().alloc().buffer(Math.max(1024, 2 * in.readableBytes()));
      pending = copy.writeBytes(in);
      in.release();
    }
    updateReading();
  }

  private boolean readHead(ByteBuf in) {
    if (!isWorthParsing(in)) {
      return false;
    }
    ListenerSpec.Limits limits = listener.limits();
    RequestHead head = loop.requestHead();
    int length = Math.min(in.readableBytes(), limits.headerBytes() + 1);
    byte[] bytes = loop.peek(in, length);
    int end = RequestParser.parse(bytes, length, head, limits.targetBytes(), limits.headerBytes());
    if (end == RequestParser.INCOMPLETE) {
      if (parsedUpTo == 0) {
        watch.due(loop.traffic().readClock() + limits.headerTimeout().toNanos());
      }
      parsedUpTo = in.readableBytes();
      return false;
    }
    parsedUpTo = 0;
    watch.due(Timed.NEVER);
    if (end < 0) {
      refuse(OwnAnswer.ofParser(end), "the request is malformed or over a limit");
      return false;
    }
    in.skipBytes(end);
    beginRequest(head, in);
    return true;
  }

  /** A head that trickles in is not parsed again for every byte. */
  private boolean isWorthParsing(ByteBuf in) {
    if (parsedUpTo == 0 || in.readableBytes() >= 2 * parsedUpTo) {
      return true;
    }
    int from = in.readerIndex() + Math.max(0, parsedUpTo - 1);
    return in.indexOf(from, in.writerIndex(), (byte) '\n') >= 0;
  }

  private void beginRequest(RequestHead head, ByteBuf in) {
    if (head.isChunked()) {
      requestBody.beginChunks();
    } else if (head.contentLength() > 0) {
      requestBody.beginLength(head.contentLength());
    } else {
      requestBody.beginNone();
    }
    Routes.Target target = listener.routes().match(head);
    int available = 0;
    if (!requestBody.isDone()) {
      available = requestBody.take(in, null);
      if (requestBody.isBad()) {
        refuse(OwnAnswer.MALFORMED, "a chunk of the request is malformed");
        return;
      }
    }
    loop.path().begin(exchange, head, target, in, available, requestBody.isDone());
  }

  private boolean readBody(ByteBuf in) {
    if (exchange.isOpen() && !loop.path().intake().mayTakeBody(exchange)) {
      return false;
    }
    int length = requestBody.take(in, null);
    if (requestBody.isBad()) {
      in.skipBytes(in.readableBytes());
      loop.path().requestBroken(exchange, "a chunk of the request is malformed");
      return false;
    }
    if (exchange.isOpen()) {
      loop.path().intake().requestBody(exchange, in, length, requestBody.isDone());
    } else {
      in.skipBytes(length);
    }
    return true;
  }

  /** Whether the body of the present request has arrived. */
  boolean isRequestRead() {
    return requestBody.isDone();
  }

  /** Reads only if somebody can take what comes. */
  void updateReading() {
    boolean reads;
    if (lingering) {
      reads = true;
    } else if (exchange.isOpen() && !requestBody.isDone()) {
      reads = loop.path().intake().mayTakeBody(exchange);
    } else {
      ByteBuf held = pending;
      reads = held == null || held.readableBytes() < MOST_PIPELINED;
    }
    Channel present = channel();
    if (present.config().isAutoRead() != reads) {
      present.config().setAutoRead(reads);
    }
  }

  /** More of the body may be taken: goes on with what is held, then with reading. */
  void resumeBody() {
    if (!consuming) {
      takePending();
    }
  }

  private void takePending() {
    ByteBuf held = pending;
    if (held != null) {
      pending = null;
      consume(held, true);
      UpstreamConnection upstream = exchange.upstream;
      if (upstream != null) {
        upstream.flush();
      }
    } else if (channel().isActive()) {
      updateReading();
    }
  }

  /** The answer is complete; {@code reuse} says whether the client may send another request. */
  void answered(boolean reuse) {
    if (!reuse || !requestBody.isDone() || listener.isClosing()) {
      endAfterAnswer();
      return;
    }
    watch.due(loop.traffic().now() + listener.limits().idleTimeout().toNanos());
    if (!consuming) {
      takePending();
    }
  }

  /** Half-closes, so that the answer arrives even if the client still sends. */
  private void endAfterAnswer() {
    if (requestBody.isDone() && pending == null) {
      ended = true;
      channel().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      return;
    }
    lingering = true;
    dropPending();
    watch.due(loop.traffic().now() + LINGER_NANOS);
    if (channel() instanceof DuplexChannel duplex && !secure) {
      duplex.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> duplex.shutdownOutput());
    }
    updateReading();
  }

  /** Refuses what came before there was a request. */
  private void refuse(OwnAnswer answer, String reason) {
    loop.path().countOwn(answer);
    channel().writeAndFlush(answer.write(channel().alloc(), reason, 0, true, false));
    requestBody.beginLength(Long.MAX_VALUE);
    endAfterAnswer();
  }

  private void headLate() {
    if (lingering || exchange.isOpen()) {
      if (lingering) {
        channel().close();
      }
      return;
    }
    if (parsedUpTo > 0) {
      refuse(OwnAnswer.REQUEST_TIMEOUT, "the head of the request did not arrive in time");
    } else {
      channel().close();
    }
  }

  /** Cuts the connection so that the client sees that the answer is not complete. */
  void reset() {
    ended = true;
    Channel present = channel();
    try {
      present.config().setOption(ChannelOption.SO_LINGER, 0);
    } catch (ChannelException e) {
      // The socket is gone already; closing is all that is left.
    }
    present.close();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    UpstreamConnection upstream = exchange.upstream;
    if (upstream != null) {
      upstream.clientWritable(context.channel().isWritable());
    }
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    UpstreamConnection upstream = exchange.upstream;
    if (upstream != null) {
      upstream.flush();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    ended = true;
    if (exchange.isOpen()) {
      loop.path().clientLeft(exchange);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    boolean idle = !exchange.isOpen() && requestBody.isDone() && !lingering && parsedUpTo == 0;
    if (event == ListenerState.Closed.NOW && idle) {
      watch.due(loop.traffic().readClock() + CLOSING_NANOS);
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    loop.traffic().unwatch(watch);
    dropPending();
  }

  private void dropPending() {
    ByteBuf held = pending;
    if (held != null) {
      pending = null;
      held.release();
    }
  }

  /** Hands over what was read beyond the request, for a tunnel; null if nothing was. */
  @Nullable ByteBuf takeRest() {
    ByteBuf held = pending;
    pending = null;
    return held;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
