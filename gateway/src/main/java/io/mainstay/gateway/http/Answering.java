package io.mainstay.gateway.http;

import io.mainstay.gateway.codec.RequestHead;
import io.mainstay.gateway.endpoint.Detour;
import io.mainstay.gateway.endpoint.LoopService;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;

/** Gives the answers that no instance gave. Only on its loop. */
// What becomes of a write or a close is seen as an event of the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class Answering {
  private final RequestPath path;

  Answering(RequestPath path) {
    this.path = path;
  }

  /** Gives the answer of our own to a request, and ends it. */
  void own(Exchange exchange, OwnAnswer answer, String reason, int retryAfterSeconds) {
    path.ended(exchange, answer.status());
    give(
        exchange,
        (allocator, close, head) ->
            answer.write(allocator, reason, retryAfterSeconds, close, head));
  }

  /** Gives the answer in place of a service to a request, and ends it. */
  void page(Exchange exchange, Detour.Own answer, String reason, int retryAfterSeconds) {
    path.ended(exchange, answer.status());
    give(
        exchange,
        (allocator, close, head) ->
            PageAnswer.write(allocator, answer, reason, retryAfterSeconds, close, head));
  }

  /** Writes an answer, once it is known how. */
  @FunctionalInterface
  private interface Writing {
    ByteBuf write(ByteBufAllocator allocator, boolean close, boolean head);
  }

  private void give(Exchange exchange, Writing answer) {
    ClientConnection client = exchange.client;
    boolean reuse = exchange.keepAlive && client.isRequestRead();
    boolean head = exchange.method == RequestHead.Method.HEAD;
    exchange.count(LoopService.OWN_ANSWERS);
    boolean close = !reuse || exchange.http10;
    Channel channel = client.channel();
    path.close(exchange);
    channel.writeAndFlush(answer.write(channel.alloc(), close, head));
    client.answered(!close);
  }

  /** Answers a request that belongs to no service. */
  void withoutService(Exchange exchange, RequestHead head, OwnAnswer answer, String reason) {
    ClientConnection client = exchange.client;
    boolean close = !head.isKeepAlive() || !client.isRequestRead() || head.isHttp10();
    Channel channel = client.channel();
    boolean noBody = head.method() == RequestHead.Method.HEAD;
    path.countOwn(answer);
    channel.writeAndFlush(answer.write(channel.alloc(), reason, 0, close, noBody));
    client.answered(!close);
  }
}
