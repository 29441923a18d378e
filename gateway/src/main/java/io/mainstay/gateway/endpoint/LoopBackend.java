package io.mainstay.gateway.endpoint;

import io.mainstay.decisions.balancing.Candidate;
import io.mainstay.gateway.loop.Counters;
import io.mainstay.gateway.loop.Histogram;
import io.mainstay.gateway.loop.TrafficLoop;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What one loop knows of one run of an instance: its idle connections, those in use, and counters.
 * Only on that loop, but for the counters, which any thread may read.
 */
public final class LoopBackend {
  /** Idle connections kept a loop and instance. */
  public static final int MOST_IDLE = 256;

  /** Tries that ended with a good answer. */
  public static final int GOOD = 0;

  /** Nanoseconds to the first byte, of the good ones. */
  public static final int GOOD_NANOS = 1;

  /** Tries that failed. */
  public static final int FAILED = 2;

  /** Tries that ended otherwise: the client left, or it was moved. */
  public static final int ABANDONED = 3;

  /** Tries in flight, without tunnels. */
  public static final int IN_FLIGHT = 4;

  /** Since when a request was in flight and no byte came, in monotonic nanoseconds. */
  public static final int QUIET_SINCE = 5;

  /** When a byte came last, in monotonic nanoseconds; 0 if never. */
  public static final int HEARD = 11;

  /** Tunnels that are being opened. */
  public static final int OPENING = 12;

  /** Since when a tunnel was being opened and none was, in monotonic nanoseconds. */
  public static final int OPENING_SINCE = 13;

  /** Answers by class of status: 1xx at this index and so on to 5xx. */
  public static final int STATUS = 6;

  private final TrafficLoop loop;
  private final Candidate candidate;
  private final Counters counters = new Counters(14);
  private final Histogram latencies = new Histogram();
  private final ArrayDeque<Upstream> idle = new ArrayDeque<>();
  private @Nullable Backend backend;
  private @Nullable Upstream firstInUse;
  private @Nullable Upstream cursor;
  private int requests;
  private int opening;

  LoopBackend(TrafficLoop loop, Candidate candidate) {
    this.loop = loop;
    this.candidate = candidate;
  }

  void belongsTo(Backend owner) {
    backend = owner;
  }

  /** The run as all loops see it. */
  public Backend backend() {
    Backend owner = backend;
    if (owner == null) {
      throw new IllegalStateException("not attached");
    }
    return owner;
  }

  /** The loop. */
  public TrafficLoop loop() {
    return loop;
  }

  /** What the balancer knows. */
  public Candidate candidate() {
    return candidate;
  }

  /**
   * Tells the balancer what may be in flight: other loops take places too, so this is looked up
   * before each choice.
   */
  void showRoom(boolean limited) {
    Backend run = backend();
    if (run.isClosed()) {
      candidate.shut();
    } else if (limited) {
      candidate.limit(run.limit(), run.counted());
    } else {
      candidate.limit(Integer.MAX_VALUE, 0);
    }
  }

  /** See the constants; any thread. */
  public Counters counters() {
    return counters;
  }

  /** Times to the first byte; any thread reads. */
  public Histogram latencies() {
    return latencies;
  }

  /** A try is handed to the instance; its place has been taken. */
  public void begun(long now) {
    candidate.begun(now);
    if (requests++ == 0) {
      counters.set(QUIET_SINCE, now);
    }
    counters.set(IN_FLIGHT, requests);
  }

  /** Any byte came from the instance. */
  public void heard(long now) {
    candidate.heard(now);
    counters.set(QUIET_SINCE, now);
    counters.set(HEARD, now);
  }

  /** A good, complete answer. */
  public void succeeded(long now, long latencyNanos) {
    candidate.succeeded(now, latencyNanos);
    countGood(latencyNanos);
    leave();
  }

  private void countGood(long latencyNanos) {
    counters.add(GOOD_NANOS, latencyNanos);
    counters.add(GOOD, 1);
  }

  /**
   * A try failed.
   *
   * @param slowestNanos see {@link Candidate#slowest}
   */
  public void failed(long now, long elapsedNanos, long slowestNanos) {
    candidate.failed(now, elapsedNanos, slowestNanos);
    counters.add(FAILED, 1);
    leave();
  }

  /** A try is over and says nothing about the instance. */
  public void abandoned() {
    candidate.abandoned();
    counters.add(ABANDONED, 1);
    leave();
  }

  private void leave() {
    counters.set(IN_FLIGHT, --requests);
    backend().leave();
  }

  /** A try became a tunnel: it may be silent as long as it likes, and no limit counts it. */
  public void becameTunnel(long latencyNanos) {
    countGood(latencyNanos);
    counters.set(IN_FLIGHT, --requests);
    backend().tunnelOpened(true);
  }

  /** A connection that is a tunnel from its first byte. */
  public void tunnelBegun(long now) {
    candidate.begun(now);
    if (opening++ == 0) {
      counters.set(OPENING_SINCE, now);
    }
    counters.set(OPENING, opening);
    backend().tunnelOpened(false);
  }

  /** A tunnel could not be opened. */
  public void tunnelFailed(long now, long elapsedNanos, long slowestNanos) {
    candidate.failed(now, elapsedNanos, slowestNanos);
    counters.add(FAILED, 1);
    counters.set(OPENING, --opening);
    backend().tunnelClosed();
    backend().leave();
  }

  /** A tunnel of {@link #tunnelBegun} is open. */
  public void tunnelOpened(long now, long latencyNanos) {
    countGood(latencyNanos);
    counters.set(OPENING, --opening);
    counters.set(OPENING_SINCE, now);
    counters.set(HEARD, now);
  }

  /** A tunnel of {@link #tunnelBegun} is no longer wanted. */
  public void tunnelAbandoned() {
    counters.set(OPENING, --opening);
    tunnelEnded();
  }

  /** A tunnel ended. */
  public void tunnelEnded() {
    candidate.abandoned();
    backend().tunnelClosed();
    backend().leave();
  }

  /** An answer with that status began. */
  public void answered(int status, long latencyNanos) {
    counters.add(STATUS + status / 100 - 1, 1);
    latencies.record(latencyNanos);
  }

  /** The connection used last; null if none is idle. */
  public @Nullable Upstream takeIdle() {
    return idle.pollLast();
  }

  /** Keeps a connection for the next request; false if it should be closed. */
  public boolean keepIdle(Upstream upstream) {
    if (backend().isClosed() || idle.size() >= MOST_IDLE) {
      return false;
    }
    idle.addLast(upstream);
    return true;
  }

  /** An idle connection was closed by the other side. */
  public void forgetIdle(Upstream upstream) {
    // The one that waited longest is the first that the other side closes.
    idle.removeFirstOccurrence(upstream);
  }

  /** Closes what has been idle for that long. */
  public void closeIdle(long now, long nanos) {
    Upstream longest = idle.peekFirst();
    while (longest != null && now - longest.idleSince >= nanos) {
      idle.removeFirst();
      longest.closeIdle();
      longest = idle.peekFirst();
    }
  }

  /** Closes what is idle. */
  public void closeIdle() {
    Upstream upstream = idle.pollLast();
    while (upstream != null) {
      upstream.closeIdle();
      upstream = idle.pollLast();
    }
  }

  /** Remembers a connection that is in use. */
  public void use(Upstream upstream) {
    if (upstream.listed) {
      return;
    }
    upstream.listed = true;
    upstream.previous = null;
    upstream.next = firstInUse;
    if (firstInUse != null) {
      firstInUse.previous = upstream;
    }
    firstInUse = upstream;
  }

  /** A connection is no longer in use. */
  @SuppressWarnings("ReferenceEquality") // this very one
  public void unuse(Upstream upstream) {
    if (!upstream.listed) {
      return;
    }
    upstream.listed = false;
    if (cursor == upstream) {
      cursor = upstream.next;
    }
    if (upstream.previous != null) {
      upstream.previous.next = upstream.next;
    } else {
      firstInUse = upstream.next;
    }
    if (upstream.next != null) {
      upstream.next.previous = upstream.previous;
    }
    upstream.previous = null;
    upstream.next = null;
  }

  /** Requests that may be sent again leave the instance. */
  public void moveAway() {
    for (Upstream upstream = firstInUse; upstream != null; upstream = cursor) {
      cursor = upstream.next;
      upstream.moveAway();
    }
  }

  /** Ends what is in flight; the number of those. */
  public int cut() {
    int number = 0;
    for (Upstream upstream = firstInUse; upstream != null; upstream = cursor) {
      cursor = upstream.next;
      upstream.cut();
      number++;
    }
    return number;
  }
}
