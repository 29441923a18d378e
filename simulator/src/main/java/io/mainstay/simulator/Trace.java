package io.mainstay.simulator;

import io.mainstay.ports.Time;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * What happened in a world, in order: a hash over all of it, and the last lines as text. Two runs
 * of one seed have the same hash, on any machine.
 */
public final class Trace {
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private final Time time;
  private final Deque<Line> tail = new ArrayDeque<>();
  private final int kept;
  private Optional<BiConsumer<String, String>> follower = Optional.empty();
  private long hash = OFFSET;
  private long lines;

  /**
   * An empty trace.
   *
   * @param kept how many lines are kept as text
   */
  Trace(Time time, int kept) {
    this.time = time;
    this.kept = kept;
  }

  /**
   * Notes a fact; who and what may hold no identity hash, wall clock or drawn id of the machine.
   */
  void add(String who, String what) {
    long now = time.now().nanos();
    for (int shift = 0; shift < 64; shift += 8) {
      mix((byte) (now >>> shift));
    }
    mix(who);
    mix(what);
    lines++;
    follower.ifPresent(one -> one.accept(who, what));
    if (kept == 0) {
      return;
    }
    if (tail.size() == kept) {
      tail.removeFirst();
    }
    tail.addLast(new Line(now, who, what));
  }

  /** Is told each line from now on: who, and what. */
  void follow(BiConsumer<String, String> newFollower) {
    follower = Optional.of(newFollower);
  }

  /** Over every line so far (FNV-1a). */
  public String hash() {
    return String.format(Locale.ROOT, "%016x", hash);
  }

  /** How many lines there were. */
  public long lines() {
    return lines;
  }

  /** The newest lines, oldest first. */
  public List<String> tail() {
    return tail.stream().map(Line::toString).toList();
  }

  private record Line(long nanos, String who, String what) {
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%10.3f %-10s %s", nanos / 1e9, who, what);
    }
  }

  private void mix(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      mix((byte) c);
      mix((byte) (c >>> 8));
    }
    mix((byte) 0);
  }

  private void mix(byte value) {
    hash = (hash ^ (value & 0xff)) * PRIME;
  }
}
