package io.mainstay.gateway.flow;

import io.mainstay.gateway.codec.ChunkScanner;
import io.mainstay.model.spec.JsonPath;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the value of a path in one body as it comes by; holds nothing of it back. Only on its
 * loop.
 */
final class BodyLook implements ChunkScanner.Data {
  /** Bytes that are looked at. */
  static final int MOST = 64 * 1024;

  private final JsonLook json;
  private final LoopFlows loop;
  private final @Nullable ChunkScanner chunks;
  private final boolean readable;
  private int left = MOST;

  /**
   * Looks at a body.
   *
   * @param chunked whether it comes with the framing of chunks
   * @param readable whether it is neither compressed nor otherwise encoded
   */
  BodyLook(JsonPath path, LoopFlows loop, boolean chunked, boolean readable) {
    this.json = new JsonLook(path);
    this.loop = loop;
    this.chunks = chunked ? new ChunkScanner() : null;
    this.readable = readable;
  }

  /** The next bytes of it, as they come over the wire. */
  void look(ByteBuf in, int length) {
    if (!readable || left == 0 || json.state() != JsonLook.State.OPEN) {
      return;
    }
    if (chunks == null) {
      data(in, in.readerIndex(), length);
    } else {
      chunks.scan(in.slice(in.readerIndex(), length), this);
    }
  }

  @Override
  public void data(ByteBuf buffer, int from, int length) {
    byte[] bytes = loop.scratch();
    int at = from;
    int to = from + Math.min(length, left);
    left -= to - from;
    while (at < to && json.state() == JsonLook.State.OPEN) {
      int some = Math.min(bytes.length, to - at);
      buffer.getBytes(at, bytes, 0, some);
      json.look(bytes, 0, some);
      at += some;
    }
  }

  /** The body has ended; the value, or null. */
  @Nullable KeyText end() {
    if (readable && left > 0) {
      json.end();
    }
    return json.state() == JsonLook.State.FOUND ? json.text() : null;
  }

  /** Whether there was a body, and it does not tell whether it has the value. */
  boolean isUnreadable() {
    boolean cameBy = !readable || left < MOST;
    return cameBy && (json.state() == JsonLook.State.OPEN || json.state() == JsonLook.State.BROKEN);
  }
}
