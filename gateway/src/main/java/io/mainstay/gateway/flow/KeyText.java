package io.mainstay.gateway.flow;

import java.nio.charset.StandardCharsets;

/**
 * Collects the bytes of a key: a hash of all of them, and the first {@link #KEPT}. Not thread-safe.
 */
final class KeyText {
  /** Bytes that are kept; of longer ones only the hash goes on. */
  static final int KEPT = 256;

  private static final int SHOWN = 64;

  /** FNV-1a of 64 bits (G. Fowler, L. C. Noll, K.-P. Vo). */
  private static final long BASIS = 0xcbf29ce484222325L;

  private static final long PRIME = 0x100000001b3L;

  private final byte[] bytes = new byte[KEPT];
  private int length;
  private long hash = BASIS;

  /** Begins anew. */
  void clear() {
    length = 0;
    hash = BASIS;
  }

  /** One more byte. */
  void add(byte octet) {
    if (length < KEPT) {
      bytes[length] = octet;
    }
    length++;
    hash = (hash ^ (octet & 0xff)) * PRIME;
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

  /** 64 bits of all bytes, well spread (the finalizer of MurmurHash3, A. Appleby). */
  long key() {
    long mixed = hash;
    mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }

  /** The text as it is shown to people. */
  String shown() {
    String text = new String(bytes, 0, Math.min(length, KEPT), StandardCharsets.UTF_8);
    return text.length() <= SHOWN && length <= KEPT
        ? text
        : text.substring(0, Math.min(SHOWN, text.length())) + "…";
  }
}
