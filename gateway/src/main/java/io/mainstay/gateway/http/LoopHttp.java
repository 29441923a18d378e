package io.mainstay.gateway.http;

import io.mainstay.gateway.codec.HeadWriter;
import io.mainstay.gateway.codec.RequestHead;
import io.mainstay.gateway.codec.ResponseHead;
import io.mainstay.gateway.endpoint.Director;
import io.mainstay.gateway.flow.LoopFlows;
import io.mainstay.gateway.loop.Counters;
import io.mainstay.gateway.loop.TrafficLoop;
import io.netty.buffer.ByteBuf;

/**
 * What all HTTP connections of one loop share: scratch space, heads that are parsed into, the
 * writer, and the request path. Only on that loop.
 */
public final class LoopHttp {
  private final TrafficLoop traffic;
  private final RequestHead requestHead = new RequestHead();
  private final ResponseHead responseHead = new ResponseHead();
  private final HeadWriter writer = new HeadWriter();
  private final RequestPath path;
  private final Connector connector;
  private final Probes probes;
  private final LoopFlows flows;
  private final Counters ownAnswers = new Counters(OwnAnswer.values().length);
  private byte[] scratch = new byte[16 * 1024];

  /** The context of a loop. */
  public LoopHttp(TrafficLoop traffic, Director director, Connector connector, Probes probes) {
    this.traffic = traffic;
    this.probes = probes;
    this.flows = new LoopFlows(traffic);
    this.connector = connector;
    this.path = new RequestPath(this, director);
  }

  /** The loop. */
  public TrafficLoop traffic() {
    return traffic;
  }

  /** What it has seen of flows. */
  public LoopFlows flows() {
    return flows;
  }

  RequestHead requestHead() {
    return requestHead;
  }

  ResponseHead responseHead() {
    return responseHead;
  }

  HeadWriter writer() {
    return writer;
  }

  RequestPath path() {
    return path;
  }

  Probes probes() {
    return probes;
  }

  Connector connector() {
    return connector;
  }

  /** Answers that no service was asked for, by ordinal; any thread reads. */
  Counters ownAnswers() {
    return ownAnswers;
  }

  /**
   * The next bytes of a buffer, which stay unread there, from index 0 on. Valid until the next
   * call.
   */
  byte[] peek(ByteBuf in, int length) {
    byte[] bytes = scratch(length);
    int from = in.readerIndex();
    // Reading uses the view of the memory that the buffer keeps; getting makes one a call.
    in.readBytes(bytes, 0, length);
    in.readerIndex(from);
    return bytes;
  }

  private byte[] scratch(int length) {
    if (scratch.length < length) {
      scratch = new byte[Math.max(length, 2 * scratch.length)];
    }
    return scratch;
  }
}
