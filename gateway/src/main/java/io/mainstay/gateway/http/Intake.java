package io.mainstay.gateway.http;

import io.mainstay.gateway.codec.RequestHead;
import io.mainstay.gateway.flow.Tap;
import io.mainstay.gateway.flow.TappedRequest;
import io.mainstay.gateway.http.Exchange.Phase;
import io.mainstay.gateway.loop.TrafficLoop;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Takes a request in: writes the head that goes to the instance, and holds or passes on its body.
 * Only on its loop.
 */
final class Intake {
  /** Bodies up to this size go out in one write with their head. */
  static final int MOST_JOINED = 4096;

  private final LoopHttp loop;
  private final TrafficLoop traffic;

  Intake(LoopHttp loop) {
    this.loop = loop;
    this.traffic = loop.traffic();
  }

  /**
   * A request begins.
   *
   * @param in its reader index stands behind the head
   * @param available bytes of the body in {@code in}
   * @param complete whether they are all of it
   */
  void begin(Exchange exchange, RequestHead head, ByteBuf in, int available, boolean complete) {
    Tap[] taps = exchange.service().service().taps();
    // What we ask ourselves is no user's flow.
    if (taps.length > 0 && exchange.mark == null) {
      TappedRequest tapped = TappedRequest.of(taps, head, loop.flows());
      exchange.tapped = tapped;
      if (tapped != null) {
        tapped.request(in, available);
      }
    }
    ClientConnection client = exchange.client;
    loop.writer().request(head, client.address(), client.trailer());
    boolean joined = available <= MOST_JOINED;
    int capacity = loop.writer().length() + (joined ? available : 0);
    ByteBuf out = client.channel().alloc().buffer(capacity);
    loop.writer().copyTo(out);
    if (joined) {
      if (available > 0) {
        out.writeBytes(in, available);
      }
      exchange.body.begin(out, available);
    } else {
      exchange.body.begin(out, 0);
      takeBody(exchange, in, available);
    }
    if (complete) {
      exchange.body.complete();
      exchange.bodyEnded = exchange.arrived;
    } else {
      exchange.bodyEnded = 0;
    }
  }

  /** Whether the next part of the body has somewhere to go. */
  boolean mayTakeBody(Exchange exchange) {
    UpstreamConnection upstream = sendingTo(exchange);
    return upstream == null ? exchange.body.held() < RequestBody.MOST_HELD : upstream.isWritable();
  }

  /** The connection that the request is being sent over; null if it is not open yet. */
  private static @Nullable UpstreamConnection sendingTo(Exchange exchange) {
    return exchange.phase == Phase.CONNECTING ? null : exchange.upstream;
  }

  /** A part of the body came. */
  void requestBody(Exchange exchange, ByteBuf in, int length, boolean complete) {
    TappedRequest tapped = exchange.tapped;
    if (tapped != null) {
      tapped.request(in, length);
    }
    takeBody(exchange, in, length);
    exchange.lastByte = traffic.now();
    if (complete) {
      exchange.body.complete();
      exchange.bodyEnded = traffic.readClock();
      UpstreamConnection upstream = exchange.upstream;
      if (upstream != null && exchange.phase == Phase.SENT) {
        upstream.awaitAnswer(exchange);
      }
    }
  }

  private void takeBody(Exchange exchange, ByteBuf in, int length) {
    UpstreamConnection upstream = sendingTo(exchange);
    RequestBody body = exchange.body;
    if (body.isRepeatable() && (body.fits(length) || upstream == null)) {
      ByteBuf copy = exchange.client.channel().alloc().buffer(length).writeBytes(in, length);
      body.hold(copy);
      if (upstream != null) {
        upstream.write(copy.retainedDuplicate());
      }
    } else if (upstream != null) {
      body.overflow();
      upstream.write(in.readRetainedSlice(length));
    } else {
      in.skipBytes(length);
    }
  }
}
