package io.mainstay.gateway.codec;

import org.jspecify.annotations.Nullable;

/**
 * One parsed response head: ranges of the array that was parsed, reused for every response of a
 * loop. Valid only until the next one is parsed.
 */
public final class ResponseHead {
  byte[] bytes = new byte[0];
  int status;
  int statusStart;
  boolean minorZero;
  long contentLength;
  boolean chunked;
  boolean keepAlive;
  boolean upgrade;
  int end;
  final Fields fields = new Fields();

  /** The status code, 100 to 599. */
  public int status() {
    return status;
  }

  /** Bytes of the body as announced; -1 if no length is given. */
  public long contentLength() {
    return contentLength;
  }

  /** Whether the body is chunked. */
  public boolean isChunked() {
    return chunked;
  }

  /** Whether the connection can be used again. */
  public boolean isKeepAlive() {
    return keepAlive;
  }

  /** The value of the first field of that lower-case name; null if there is none. */
  public @Nullable String value(byte[] lowerName) {
    return fields.value(bytes, lowerName);
  }

  /** The length of the head in the array that was parsed, blank line included. */
  public int end() {
    return end;
  }

  /** Whether a body follows, for a request other than HEAD. */
  public boolean mayHaveBody() {
    return status >= 200 && status != 204 && status != 304;
  }
}
