package io.mainstay.linux;

import io.mainstay.model.InstanceId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * Gives out ports from 20000 to 29999, below what the kernel hands to connections by default. A
 * port stays with its instance while that runs, and for a while after it was given. Any thread.
 */
final class FreePorts {
  /** The first port of the range. */
  static final int FIRST = 20_000;

  /** The last port of the range. */
  static final int LAST = 29_999;

  private static final long KEPT_NANOS = Duration.ofSeconds(60).toNanos();

  private final Predicate<InstanceId> runs;
  private final Map<Integer, Grant> grants = new HashMap<>();
  private int next;

  /**
   * Begins with an empty table.
   *
   * @param start where to begin in the range; different servers should differ
   * @param runs whether an instance has a process
   */
  FreePorts(int start, Predicate<InstanceId> runs) {
    this.next = FIRST + Math.floorMod(start, LAST - FIRST + 1);
    this.runs = runs;
  }

  private record Grant(InstanceId instance, long nanos) {}

  /** A port that nobody holds; the preferred one if it can be had. */
  synchronized OptionalInt take(InstanceId instance, OptionalInt preferred, long nowNanos) {
    grants
        .values()
        .removeIf(grant ->
            grant.instance().equals(instance)
                || (nowNanos - grant.nanos() > KEPT_NANOS && !runs.test(grant.instance())));
    if (preferred.isPresent() && give(preferred.getAsInt(), instance, nowNanos)) {
      return preferred;
    }
    for (int tried = FIRST; tried <= LAST; tried++) {
      int port = next;
      next = port == LAST ? FIRST : port + 1;
      if (give(port, instance, nowNanos)) {
        return OptionalInt.of(port);
      }
    }
    return OptionalInt.empty();
  }

  private boolean give(int port, InstanceId instance, long nowNanos) {
    if (grants.containsKey(port) || !isFree("127.0.0.1", port) || !isFree("0.0.0.0", port)) {
      return false;
    }
    grants.put(port, new Grant(instance, nowNanos));
    return true;
  }

  /** Whether a bind succeeds; what only lingers after its end does not count. */
  private static boolean isFree(String address, int port) {
    try (Socket trial = new Socket()) {
      trial.setReuseAddress(true);
      trial.bind(new InetSocketAddress(InetAddress.getByName(address), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
