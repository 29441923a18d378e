package io.mainstay.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of a request that is kept, so that it can be sent again: the outgoing head and up to
 * {@link #MOST_HELD} bytes of the body. Before it is sent for the first time all that has come is
 * held; no more is read once that is {@link #MOST_HELD}. Owns what it holds until {@link #release}.
 * Only on the loop of the connection.
 */
// What becomes of a write is seen as an event of the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class RequestBody {
  /** Bodies up to this size can be sent again. */
  static final int MOST_HELD = 64 * 1024;

  private final List<ByteBuf> parts = new ArrayList<>(2);
  private int held;
  private boolean complete;
  private boolean overflown;
  private boolean written;

  /** The outgoing head, perhaps with the start of the body behind it. */
  void begin(ByteBuf head, int bodyBytes) {
    parts.add(head);
    held = bodyBytes;
    complete = false;
    overflown = false;
    written = false;
  }

  /** Whether more of the body may be held. */
  boolean fits(int bytes) {
    return !overflown && held + bytes <= MOST_HELD;
  }

  /** Holds a part of the body; takes the buffer over. */
  void hold(ByteBuf part) {
    held += part.readableBytes();
    parts.add(part);
  }

  /** More came than is held: from now on the request cannot be sent again. */
  void overflow() {
    overflown = true;
  }

  /** It was sent, and is kept only if it is not too large for that. */
  void sent() {
    overflown |= held > MOST_HELD;
    if (overflown) {
      release();
    }
  }

  /** The body has ended. */
  void complete() {
    complete = true;
  }

  /** Whether the whole request has arrived. */
  boolean isComplete() {
    return complete;
  }

  /** Whether everything that was ever sent could be sent again. */
  boolean isRepeatable() {
    return !overflown && !parts.isEmpty();
  }

  /** Whether the whole request has arrived and could be sent again after it was sent. */
  boolean staysRepeatable() {
    return complete && isRepeatable() && held <= MOST_HELD;
  }

  /** Bytes of the body that are held. */
  int held() {
    return held;
  }

  /** Writes what is held, in its order, without a flush. */
  void writeTo(Channel channel) {
    for (int i = 0; i < parts.size(); i++) {
      ByteBuf part = parts.get(i);
      // A channel moves the reader index, perhaps even after it was closed: only the first one gets
      // the buffer itself.
      ByteBuf fresh = written ? part.retainedDuplicate().readerIndex(0) : part.retain();
      channel.write(fresh, channel.voidPromise());
    }
    written = true;
  }

  /** Gives up what is held. */
  void release() {
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).release();
    }
    parts.clear();
  }
}
