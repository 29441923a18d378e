package io.mainstay.business;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Pin;
import io.mainstay.ports.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One step under way. Its own thread works on it; the thread of the run may give it up, and reads
 * whom it asked.
 */
final class Attempt {
  private final String runId;
  private final Shared state;
  private final int number;
  private final boolean cleanup;
  private final MonotonicTime end;
  private final Time time;
  private @Nullable Runnable abort;
  private boolean over;
  private volatile @Nullable ServiceName asked;
  private volatile @Nullable InstanceId by;

  /**
   * A step that begins.
   *
   * @param number of the step in its run, from 1
   * @param end when its time is up
   */
  Attempt(String runId, Shared state, int number, boolean cleanup, MonotonicTime end, Time time) {
    this.runId = runId;
    this.state = state;
    this.number = number;
    this.cleanup = cleanup;
    this.end = end;
    this.time = time;
  }

  /** What the steps of a run share. */
  record Shared(
      ServiceName owner,
      List<Pin> pins,
      Names names,
      CookieJar cookies,
      Entrances entrances,
      Path directory) {}

  String runId() {
    return runId;
  }

  ServiceName owner() {
    return state.owner();
  }

  List<Pin> pins() {
    return state.pins();
  }

  Names names() {
    return state.names();
  }

  CookieJar cookies() {
    return state.cookies();
  }

  Entrances entrances() {
    return state.entrances();
  }

  /** As the W3C's Trace Context has it. */
  String traceParent() {
    return String.format("00-%s-%s%04x-01", runId, runId.substring(0, 12), number);
  }

  /** By which relative names of files go. */
  Path directory() {
    return state.directory();
  }

  int number() {
    return number;
  }

  boolean isCleanup() {
    return cleanup;
  }

  /** What is left of its time, at least a millisecond. */
  Duration left() {
    Duration left = end.since(time.now());
    return left.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : left;
  }

  /** Whether its time is up. */
  boolean isLate() {
    return !end.since(time.now()).isPositive();
  }

  /** A listener of ours is asked for that service. */
  void asks(ServiceName service) {
    asked = service;
  }

  /** That instance answered. */
  void answeredBy(InstanceId instance) {
    by = instance;
    asked = instance.service();
  }

  Optional<ServiceName> asked() {
    return Optional.ofNullable(asked);
  }

  Optional<InstanceId> by() {
    return Optional.ofNullable(by);
  }

  /** What ends it, beside an interrupt; run at once if it was given up before. */
  void endsBy(Runnable newAbort) {
    boolean late;
    synchronized (this) {
      abort = newAbort;
      late = over;
    }
    if (late) {
      newAbort.run();
    }
  }

  /** Nobody waits for it any more. */
  void giveUp(Thread worker) {
    Runnable known;
    synchronized (this) {
      over = true;
      known = abort;
    }
    if (known != null) {
      known.run();
    }
    worker.interrupt();
  }
}
