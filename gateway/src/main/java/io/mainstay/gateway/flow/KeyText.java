package io.mainstay.gateway.flow;

import io.mainstay.model.state.FlowKey;
import java.nio.charset.StandardCharsets;

/**
 * Collects the bytes of a key: a hash of all of them, and the first {@link #KEPT}. Not thread-safe.
 */
final class KeyText {
  /** Bytes that are kept; of longer ones only the hash goes on. */
  static final int KEPT = 256;

  private static final int SHOWN = 64;

  private final byte[] bytes = new byte[KEPT];
  private int length;
  private long hash = FlowKey.HASH_BASIS;

  /** Begins anew. */
  void clear() {
    length = 0;
    hash = FlowKey.HASH_BASIS;
  }

  /** One more byte. */
  void add(byte octet) {
    if (length < KEPT) {
      bytes[length] = octet;
    }
    length++;
    hash = (hash ^ (octet & 0xff)) * FlowKey.HASH_PRIME;
  }

  /** Many more. */
  void addAll(byte[] from) {
    for (byte octet : from) {
      add(octet);
    }
  }

  /** How many bytes were added. */
  int length() {
    return length;
  }

  /** Whether exactly these bytes were added. */
  boolean is(byte[] other) {
    if (length != other.length || length > KEPT) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[i] != other[i]) {
        return false;
      }
    }
    return true;
  }

  /** As {@link FlowKey#hash}. */
  long key() {
    return FlowKey.spread(hash);
  }

  /** The text as it is shown to people. */
  String shown() {
    String text = new String(bytes, 0, Math.min(length, KEPT), StandardCharsets.UTF_8);
    return text.length() <= SHOWN && length <= KEPT
        ? text
        : text.substring(0, Math.min(SHOWN, text.length())) + "…";
  }
}
