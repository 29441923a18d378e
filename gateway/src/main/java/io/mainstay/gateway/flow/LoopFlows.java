package io.mainstay.gateway.flow;

import io.mainstay.gateway.loop.TrafficLoop;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.state.FlowSighting;
import io.mainstay.model.state.FlowSighting.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one loop has seen of flows since somebody took it. Written on its loop, taken by any thread;
 * one lock, held for moments.
 */
public final class LoopFlows {
  /** Sightings that are kept at most, in about 3 MiB. */
  static final int MOST = 16 * 1024;

  /** Nothing is kept for those who have not asked for that long. */
  static final long PATIENCE_NANOS = 30_000_000_000L;

  private final TrafficLoop loop;
  private final byte[] scratch = new byte[8 * 1024];
  private List<FlowSighting> seen = new ArrayList<>();
  private long dropped;
  private long taken;
  private boolean asked;

  /** Of a loop on which nothing was seen yet. */
  public LoopFlows(TrafficLoop loop) {
    this.loop = loop;
  }

  /** Room for bytes that are looked at; only on the loop. */
  byte[] scratch() {
    return scratch;
  }

  /** A side of a flow was answered as expected. */
  void seen(Tap tap, Outcome outcome, @Nullable KeyText key) {
    long bits = key == null ? 0 : key.key();
    String text = key == null ? "" : key.shown();
    synchronized (this) {
      // Read under the lock: whoever takes knows that all up to then is in.
      long now = loop.time().nanos();
      if (!asked || now - taken >= PATIENCE_NANOS) {
        asked = false;
        seen = new ArrayList<>();
        dropped++;
      } else if (seen.size() >= MOST) {
        dropped++;
      } else {
        seen.add(new FlowSighting(tap.flow, tap.side, new MonotonicTime(now), outcome, bits, text));
      }
    }
  }

  /**
   * Adds to {@code all} what was seen.
   *
   * @return how many were dropped
   */
  synchronized long take(List<FlowSighting> all) {
    taken = loop.time().nanos();
    asked = true;
    all.addAll(seen);
    seen = new ArrayList<>();
    long lost = dropped;
    dropped = 0;
    return lost;
  }
}
