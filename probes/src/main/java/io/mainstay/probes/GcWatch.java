package io.mainstay.probes;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What share of the time JVMs spent in collections lately, from what they said at earlier looks.
 * Any thread.
 */
final class GcWatch {
  /** Looks of one JVM that are remembered: closer ones than a part of the window are not. */
  private static final int PARTS = 16;

  private static final int MOST = 2048;

  private final Map<InstanceId, Track> tracks = new LinkedHashMap<>(16, 0.75f, true);

  private record Look(MonotonicTime at, Duration collecting) {}

  private record Track(long pid, Deque<Look> looks) {}

  /**
   * What is known.
   *
   * @param share 0 to 1
   * @param over how long, at least the window
   */
  record Share(double share, Duration over) {}

  /**
   * Takes what a JVM says now.
   *
   * @param collecting since its start
   * @return empty while it has not been looked at for that long
   */
  synchronized Optional<Share> take(
      InstanceId instance, long pid, Duration collecting, MonotonicTime now, Duration window) {
    Track track = tracks.get(instance);
    if (track == null
        || track.pid() != pid
        || track.looks().getLast().collecting().compareTo(collecting) > 0) {
      track = new Track(pid, new ArrayDeque<>());
      tracks.put(instance, track);
      forgetOldest();
    }
    Deque<Look> looks = track.looks();
    // Of those that are as old as the window only the youngest is of use.
    while (looks.size() > 1 && age(looks, 1, now).compareTo(window) >= 0) {
      looks.removeFirst();
    }
    Optional<Share> share = Optional.empty();
    if (!looks.isEmpty() && now.since(looks.getFirst().at()).compareTo(window) >= 0) {
      Look base = looks.getFirst();
      Duration over = now.since(base.at());
      double part =
          (double) collecting.minus(base.collecting()).toNanos() / Math.max(1, over.toNanos());
      share = Optional.of(new Share(Math.clamp(part, 0.0, 1.0), over));
    }
    if (looks.isEmpty()
        || now.since(looks.getLast().at()).compareTo(window.dividedBy(PARTS)) >= 0) {
      looks.addLast(new Look(now, collecting));
    }
    return share;
  }

  private static Duration age(Deque<Look> looks, int index, MonotonicTime now) {
    Iterator<Look> all = looks.iterator();
    Look look = all.next();
    for (int i = 0; i < index; i++) {
      look = all.next();
    }
    return now.since(look.at());
  }

  private void forgetOldest() {
    if (tracks.size() > MOST) {
      Iterator<InstanceId> eldest = tracks.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
  }
}
