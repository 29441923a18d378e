package io.mainstay.decisions.flow;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keys under way, each in one of three lists in the order in which they came to it. At most {@link
 * #MOST}, in at most 1.5 MiB without texts. A hash table with chains over arrays: no object a key.
 * Not thread-safe.
 */
final class Keys {
  /** Keys that are kept at most. */
  static final int MOST = 32 * 1024;

  /** Begun, and not followed. */
  static final int OPEN = 0;

  /** What follows was seen, and not what begins it. */
  static final int EARLY = 1;

  /** Both were seen: known so that neither counts twice. */
  static final int DONE = 2;

  static final int NONE = -1;

  private static final int FIRST_SIZE = 256;

  private final int[] first = {NONE, NONE, NONE};
  private final int[] last = {NONE, NONE, NONE};
  private final int[] sizes = new int[3];
  private int[] buckets = new int[FIRST_SIZE];
  private int[] chain = new int[FIRST_SIZE];
  private int[] before = new int[FIRST_SIZE];
  private int[] after = new int[FIRST_SIZE];
  private byte[] list = new byte[FIRST_SIZE];
  private long[] keys = new long[FIRST_SIZE];
  private long[] times = new long[FIRST_SIZE];
  private @Nullable String[] texts = new @Nullable String[FIRST_SIZE];
  private int free = NONE;
  private int used;

  /** None. */
  Keys() {
    Arrays.fill(buckets, NONE);
  }

  int size() {
    return sizes[OPEN] + sizes[EARLY] + sizes[DONE];
  }

  int size(int of) {
    return sizes[of];
  }

  /** Where that key is; {@link #NONE} if it is not. */
  int find(long key) {
    int at = buckets[bucket(key)];
    while (at != NONE && keys[at] != key) {
      at = chain[at];
    }
    return at;
  }

  /** The one that is longest in a list; {@link #NONE} if it is empty. */
  int eldest(int of) {
    return first[of];
  }

  /** The one behind it in its list. */
  int next(int at) {
    return after[at];
  }

  int listOf(int at) {
    return list[at];
  }

  long key(int at) {
    return keys[at];
  }

  /** When it came to its list, in nanoseconds. */
  long time(int at) {
    return times[at];
  }

  String text(int at) {
    String text = texts[at];
    return text == null ? "" : text;
  }

  /** Adds a key that is not there; there must be room. */
  void add(long key, int to, long time, String text) {
    int at = free;
    if (at != NONE) {
      free = chain[at];
    } else {
      if (used == keys.length) {
        grow();
      }
      at = used;
      used++;
    }
    keys[at] = key;
    texts[at] = text.isEmpty() ? null : text;
    int bucket = bucket(key);
    chain[at] = buckets[bucket];
    buckets[bucket] = at;
    link(at, to, time);
  }

  /** Moves it to the end of a list. */
  void move(int at, int to, long time) {
    unlink(at);
    link(at, to, time);
    if (to == DONE) {
      texts[at] = null;
    }
  }

  void remove(int at) {
    unlink(at);
    texts[at] = null;
    int bucket = bucket(keys[at]);
    int one = buckets[bucket];
    if (one == at) {
      buckets[bucket] = chain[at];
    } else {
      while (chain[one] != at) {
        one = chain[one];
      }
      chain[one] = chain[at];
    }
    chain[at] = free;
    free = at;
  }

  private int bucket(long key) {
    // The low bits; the high ones choose which keys are followed.
    return (int) key & (buckets.length - 1);
  }

  private void link(int at, int to, long time) {
    list[at] = (byte) to;
    times[at] = time;
    before[at] = last[to];
    after[at] = NONE;
    if (last[to] == NONE) {
      first[to] = at;
    } else {
      after[last[to]] = at;
    }
    last[to] = at;
    sizes[to]++;
  }

  private void unlink(int at) {
    int from = list[at];
    if (before[at] == NONE) {
      first[from] = after[at];
    } else {
      after[before[at]] = after[at];
    }
    if (after[at] == NONE) {
      last[from] = before[at];
    } else {
      before[after[at]] = before[at];
    }
    sizes[from]--;
  }

  private void grow() {
    int size = 2 * keys.length;
    chain = Arrays.copyOf(chain, size);
    before = Arrays.copyOf(before, size);
    after = Arrays.copyOf(after, size);
    list = Arrays.copyOf(list, size);
    keys = Arrays.copyOf(keys, size);
    times = Arrays.copyOf(times, size);
    texts = Arrays.copyOf(texts, size);
    buckets = new int[size];
    Arrays.fill(buckets, NONE);
    for (int at = 0; at < used; at++) {
      // Only called while none is free.
      int bucket = bucket(keys[at]);
      chain[at] = buckets[bucket];
      buckets[bucket] = at;
    }
  }
}
