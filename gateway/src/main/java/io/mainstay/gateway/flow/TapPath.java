package io.mainstay.gateway.flow;

import io.mainstay.gateway.codec.Octets;
import io.mainstay.gateway.codec.RequestHead;
import java.util.ArrayList;
import java.util.List;

/** Which paths are meant, byte by byte as they were sent. Immutable; any thread. */
final class TapPath implements RequestHead.PathCondition {
  /** Stands for one whole segment. */
  private static final byte[] ANY = new byte[0];

  private final byte[][] segments;
  private final boolean below;

  /**
   * Compiles it.
   *
   * @param pattern as {@code FlowSpec.Requests} has it
   */
  TapPath(String pattern) {
    below = pattern.endsWith("/*");
    String exact = below ? pattern.substring(0, pattern.length() - 2) : pattern;
    List<byte[]> parts = new ArrayList<>();
    int from = 0;
    while (from < exact.length()) {
      int slash = exact.indexOf('/', from + 1);
      int to = slash < 0 ? exact.length() : slash;
      String segment = exact.substring(from, to);
      parts.add(segment.equals("/*") ? ANY : Octets.bytes(segment));
      from = to;
    }
    segments = parts.toArray(byte[][]::new);
  }

  /** Whether the target in this range, with or without a query, is one of them. */
  @Override
  public boolean fits(byte[] bytes, int from, int to) {
    int end = from;
    while (end < to && bytes[end] != '?') {
      end++;
    }
    int at = from;
    for (byte[] segment : segments) {
      int next = endOfSegment(bytes, at, end);
      boolean fits =
          segment == ANY ? next - at > 1 && bytes[at] == '/' : is(segment, bytes, at, next);
      if (!fits) {
        return false;
      }
      at = next;
    }
    return at == end || (below && bytes[at] == '/');
  }

  private static int endOfSegment(byte[] bytes, int from, int end) {
    int at = from + 1;
    while (at < end && bytes[at] != '/') {
      at++;
    }
    return Math.min(at, end);
  }

  private static boolean is(byte[] segment, byte[] bytes, int from, int to) {
    if (to - from != segment.length) {
      return false;
    }
    for (int i = 0; i < segment.length; i++) {
      if (bytes[from + i] != segment[i]) {
        return false;
      }
    }
    return true;
  }
}
