package io.mainstay.gateway.codec;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Follows a chunked body to its end without changing it. Sizes of up to 15 hexadecimal digits;
 * extensions and trailers are checked and bounded, and trailers may not name fields of framing or
 * routing. One per connection and direction; called on its event loop.
 */
public final class ChunkScanner {
  private static final int SIZE = 0;
  private static final int EXTENSION = 1;
  private static final int SIZE_END = 2;
  private static final int DATA = 3;
  private static final int DATA_CR = 4;
  private static final int DATA_LF = 5;
  private static final int TRAILER_START = 6;
  private static final int TRAILER_NAME = 7;
  private static final int TRAILER_VALUE = 8;
  private static final int TRAILER_LF = 9;
  private static final int LAST_LF = 10;
  private static final int DONE = 11;
  private static final int BAD = 12;

  private static final int EXTENSION_LIMIT = 1024;
  private static final int TRAILER_LIMIT = 8192;
  private static final long[] FORBIDDEN = {
    hash("content-length"), hash("transfer-encoding"), hash("host"), hash("connection"),
    hash("content-encoding"), hash("content-type"), hash("authorization"), hash("x-forwarded-for")
  };

  private int state = SIZE;
  private int digits;
  private long left;
  private int extra;
  private long name;

  /** Gets the data of chunks without their framing. */
  @FunctionalInterface
  public interface Data {
    /** A run of data in {@code buffer}; called within {@link #scan}. */
    void data(ByteBuf buffer, int from, int length);
  }

  /** Begins with a new body. */
  public void reset() {
    state = SIZE;
    digits = 0;
    left = 0;
    extra = 0;
  }

  /** Whether the body has ended. */
  public boolean isDone() {
    return state == DONE;
  }

  /** Whether the body broke the rules; nothing more may be read. */
  public boolean isBad() {
    return state == BAD;
  }

  /**
   * Follows the body through {@code buffer} from its reader index, which is not moved.
   *
   * @param data gets what the chunks carry; null if nobody wants it
   * @return how many bytes belong to the body; less than readable only at its end or if it is bad
   */
  public int scan(ByteBuf buffer, @Nullable Data data) {
    int from = buffer.readerIndex();
    int to = buffer.writerIndex();
    int at = from;
    while (at < to && state < DONE) {
      if (state == DATA) {
        int run = (int) Math.min(left, to - at);
        if (data != null) {
          data.data(buffer, at, run);
        }
        at += run;
        left -= run;
        if (left == 0) {
          state = DATA_CR;
        }
      } else {
        step(buffer.getByte(at));
        at++;
      }
    }
    return at - from;
  }

  private void step(byte octet) {
    switch (state) {
      case SIZE -> size(octet);
      case EXTENSION -> extension(octet);
      case SIZE_END -> {
        extra = 0;
        state = octet != '\n' ? BAD : left == 0 ? TRAILER_START : DATA;
      }
      case DATA_CR -> state = octet == '\r' ? DATA_LF : BAD;
      case DATA_LF -> {
        digits = 0;
        left = 0;
        state = octet == '\n' ? SIZE : BAD;
      }
      case TRAILER_START -> {
        name = 0;
        if (octet == '\r') {
          state = LAST_LF;
        } else {
          state = TRAILER_NAME;
          trailerName(octet, true);
        }
      }
      case TRAILER_NAME -> trailerName(octet, false);
      case TRAILER_VALUE -> {
        if (octet == '\r') {
          state = TRAILER_LF;
        } else if (!Octets.isValue(octet) || ++extra > TRAILER_LIMIT) {
          state = BAD;
        }
      }
      case TRAILER_LF -> state = octet == '\n' ? TRAILER_START : BAD;
      case LAST_LF -> state = octet == '\n' ? DONE : BAD;
      default -> state = BAD;
    }
  }

  private void size(byte octet) {
    int digit = Character.digit(octet, 16);
    if (digit >= 0 && octet > 0) {
      left = left << 4 | digit;
      if (++digits > 15) {
        state = BAD;
      }
    } else if (digits == 0) {
      state = BAD;
    } else if (octet == '\r') {
      state = SIZE_END;
    } else {
      state = octet == ';' ? EXTENSION : BAD;
    }
  }

  private void extension(byte octet) {
    if (octet == '\r') {
      state = SIZE_END;
    } else if (!Octets.isValue(octet) || ++extra > EXTENSION_LIMIT) {
      state = BAD;
    }
  }

  private void trailerName(byte octet, boolean first) {
    if (Octets.isToken(octet)) {
      name = name * 31 + Octets.lower(octet);
      if (++extra > TRAILER_LIMIT) {
        state = BAD;
      }
    } else if (octet == ':' && !first) {
      state = isForbidden() ? BAD : TRAILER_VALUE;
    } else {
      state = BAD;
    }
  }

  private boolean isForbidden() {
    for (long forbidden : FORBIDDEN) {
      if (name == forbidden) {
        return true;
      }
    }
    return false;
  }

  private static long hash(String text) {
    long hash = 0;
    for (byte octet : Octets.bytes(text)) {
      hash = hash * 31 + octet;
    }
    return hash;
  }
}
