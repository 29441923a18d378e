package io.mainstay.gateway.codec;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Follows one body after the other to their ends: by length, by chunks, or to the end of the
 * connection. One per connection and direction; called on its event loop.
 */
public final class BodyFollower {
  private static final int ENDED = 0;
  private static final int LENGTH = 1;
  private static final int CHUNKS = 2;
  private static final int UNTIL_CLOSE = 3;

  private int mode = ENDED;
  private long left;
  private @Nullable ChunkScanner chunks;

  /** There is none. */
  public void beginNone() {
    mode = ENDED;
  }

  /** A body of that many bytes. */
  public void beginLength(long length) {
    left = length;
    mode = length == 0 ? ENDED : LENGTH;
  }

  /** A chunked body. */
  public void beginChunks() {
    ChunkScanner scanner = chunks;
    if (scanner == null) {
      scanner = new ChunkScanner();
      chunks = scanner;
    }
    scanner.reset();
    mode = CHUNKS;
  }

  /** A body that ends with the connection. */
  public void beginUntilClose() {
    mode = UNTIL_CLOSE;
  }

  /**
   * Takes in what came; the reader index is not moved.
   *
   * @param data gets what chunks carry; null if nobody wants it
   * @return how many bytes from the reader index belong to the body
   */
  public int take(ByteBuf buffer, ChunkScanner.@Nullable Data data) {
    return switch (mode) {
      case LENGTH -> takeLength(buffer);
      case CHUNKS -> takeChunks(buffer, data);
      case UNTIL_CLOSE -> buffer.readableBytes();
      default -> 0;
    };
  }

  private int takeLength(ByteBuf buffer) {
    int taken = (int) Math.min(left, buffer.readableBytes());
    left -= taken;
    if (left == 0) {
      mode = ENDED;
    }
    return taken;
  }

  private int takeChunks(ByteBuf buffer, ChunkScanner.@Nullable Data data) {
    ChunkScanner scanner = Objects.requireNonNull(chunks);
    int taken = scanner.scan(buffer, data);
    if (scanner.isDone()) {
      mode = ENDED;
    }
    return taken;
  }

  /** Whether the body has ended. */
  public boolean isDone() {
    return mode == ENDED;
  }

  /** Whether only the end of the connection ends it. */
  public boolean isUntilClose() {
    return mode == UNTIL_CLOSE;
  }

  /** Whether it broke the rules of chunks. */
  public boolean isBad() {
    return mode == CHUNKS && chunks != null && chunks.isBad();
  }
}
