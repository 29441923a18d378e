package io.mainstay.model.state;

import io.mainstay.model.ServiceName;
import java.nio.charset.StandardCharsets;

/**
 * Which flow is meant.
 *
 * @param service whose it is
 * @param name unique within the service
 */
public record FlowKey(ServiceName service, String name) implements Comparable<FlowKey> {
  /** FNV-1a of 64 bits (G. Fowler, L. C. Noll, K.-P. Vo). */
  public static final long HASH_BASIS = 0xcbf29ce484222325L;

  /** Its factor. */
  public static final long HASH_PRIME = 0x100000001b3L;

  /** 64 bits of a key by which both sides are told to belong together. */
  public static long hash(String text) {
    long hash = HASH_BASIS;
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (octet & 0xff)) * HASH_PRIME;
    }
    return spread(hash);
  }

  /** The hash of all bytes, well spread (the finalizer of MurmurHash3, A. Appleby). */
  public static long spread(long hash) {
    long mixed = hash;
    mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }

  @Override
  public int compareTo(FlowKey other) {
    int byService = service.compareTo(other.service);
    return byService != 0 ? byService : name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return service + "/" + name;
  }
}
