package io.mainstay.decisions.outliers;

import io.mainstay.decisions.window.SlidingCounts;
import io.mainstay.model.InstanceId;

/** What a detector knows about one run of an instance. Only its detector changes it. */
public final class Member {
  /** Where a run stands with the detector. */
  public enum State {
    /** In the traffic as far as the detector is concerned. */
    IN,
    /** Out until its time is over. */
    EJECTED,
    /** Its time is over; one request at a time may try it. */
    ON_TRIAL
  }

  final InstanceId id;
  final long generation;

  /** Good answers (first) and failures (second). */
  final SlidingCounts window;

  State state = State.IN;

  /** Whether it could take requests if it were not ejected. */
  boolean able;

  /** Whether it is a standby without CPU: no request may try it. */
  boolean frozen;

  long good;
  long bad;

  /** Failures since the last good answer, and what the peers had done when they began. */
  int row;

  long peersGoodAtRow;
  long peersBadAtRow;

  int ejections;
  long ejectedUntil;
  long restoredAt;
  boolean trialUnderWay;
  long trialAt;

  int inFlight;
  long quietSince;
  long quietMark = Long.MIN_VALUE;
  long peersAnsweredAtMark;
  boolean suspected;

  /** Requests sent out of turn since the suspicion of a stall, and when the last one was. */
  int stallProbes;

  long stallProbedAt;

  /** The same since the row of failures began. */
  int rowProbes;

  long rowProbedAt;

  Member(InstanceId id, long generation, long windowNanos) {
    this.id = id;
    this.generation = generation;
    this.window = new SlidingCounts(windowNanos);
  }

  /** Which instance. */
  public InstanceId id() {
    return id;
  }

  /** Of its process. */
  public long generation() {
    return generation;
  }

  /** Where it stands. */
  public State state() {
    return state;
  }

  /** Whether it is kept out of the regular traffic. */
  public boolean isOut() {
    return state != State.IN;
  }

  void forgetQuiet() {
    quietMark = Long.MIN_VALUE;
    suspected = false;
    stallProbes = 0;
  }

  void endRow() {
    row = 0;
    rowProbes = 0;
  }
}
