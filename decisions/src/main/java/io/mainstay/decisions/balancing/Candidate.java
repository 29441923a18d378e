package io.mainstay.decisions.balancing;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop knows about one run of an instance: what is in flight on it, how fast it
 * answers, and when it was last heard of. It outlives changes of the endpoints table. One thread;
 * nothing here allocates. All times are monotonic nanoseconds.
 */
public final class Candidate {
  /** How fast a high latency is forgotten: e-fold in 10 s, as in Finagle's peak EWMA. */
  private static final double DECAY_NANOS = 10e9;

  /** A failed answer counts as at least this slow. */
  private static final long LEAST_PENALTY_NANOS = 1_000_000;

  /** And as at most this slow, so that a broken minute does not banish an instance. */
  private static final long MOST_PENALTY_NANOS = 5_000_000_000L;

  private final InstanceId id;
  private final long generation;
  private double weight;
  private @Nullable NodeName node;
  private int limit = Integer.MAX_VALUE;
  private int limitOfAll = Integer.MAX_VALUE;
  private int usedByAll;
  private long slowStartFrom;
  private long slowStartNanos;
  private int inFlight;
  private int ghosts;
  private long ghostsUntil;
  private long quietSince;
  private long lastHeard;
  private boolean heardOnce;
  private double latency;
  private long latencyAt;
  private long worst = LEAST_PENALTY_NANOS;

  /** State of the round robin; only that balancer touches it. */
  double credit;

  /**
   * A run with nothing in flight and no slow start.
   *
   * @param id which instance
   * @param generation of its process
   * @param weight above 0
   */
  public Candidate(InstanceId id, long generation, double weight) {
    this.id = id;
    this.generation = generation;
    this.weight = checked(weight);
  }

  private static double checked(double weight) {
    if (!(weight > 0)) {
      throw new IllegalArgumentException("weight: " + weight + " (expected: > 0)");
    }
    return weight;
  }

  /** Which instance. */
  public InstanceId id() {
    return id;
  }

  /** Of its process. */
  public long generation() {
    return generation;
  }

  /** Says where it runs. */
  public void node(NodeName where) {
    node = where;
  }

  /** Whether it is known to run on the same node as the other one. */
  boolean sharesNode(Candidate other) {
    return node != null && node.equals(other.node);
  }

  /** Sets the configured weight, above 0. */
  public void weight(double newWeight) {
    weight = checked(newWeight);
  }

  /** Sets how much may be in flight from this loop; a full candidate is not chosen. */
  public void limit(int newLimit) {
    limit = newLimit;
  }

  /** How much may be in flight from this loop. */
  public int limit() {
    return limit;
  }

  /**
   * Sets what may be in flight.
   *
   * @param ofAll from all loops together; {@link Integer#MAX_VALUE}: without limit
   * @param usedOfThat by all loops
   */
  public void limit(int ofAll, int usedOfThat) {
    limitOfAll = ofAll;
    usedByAll = usedOfThat;
    limit = ofAll == Integer.MAX_VALUE ? ofAll : inFlight + Math.max(0, ofAll - usedOfThat);
  }

  /** No new request. */
  public void shut() {
    limit = 0;
    limitOfAll = 0;
    usedByAll = 0;
  }

  /** What all loops may have in flight, less in a slow start. */
  double capacity(long now) {
    double factor = slowStartNanos == 0 ? 1 : effectiveWeight(now) / weight;
    return limitOfAll == Integer.MAX_VALUE ? Double.MAX_VALUE : limitOfAll * factor;
  }

  /** What all loops have in flight of that. */
  int used() {
    return usedByAll;
  }

  /** Begins a slow start: a new run, or one that was restored after an ejection. */
  public void slowStart(long now, long durationNanos) {
    slowStartFrom = now;
    slowStartNanos = durationNanos;
  }

  /** A try is handed to the instance. */
  public void begun(long now) {
    if (inFlight++ == 0) {
      quietSince = now;
    }
  }

  /** Any byte came from the instance. */
  public void heard(long now) {
    lastHeard = now;
    heardOnce = true;
    quietSince = now;
  }

  /**
   * A try is over with a good answer.
   *
   * @param latencyNanos from begin to the first byte of the answer
   */
  public void succeeded(long now, long latencyNanos) {
    inFlight--;
    sample(now, latencyNanos);
    worst = Math.max(LEAST_PENALTY_NANOS, Math.max(latencyNanos, worst - (worst >> 6)));
  }

  /**
   * A try is over with a failure. A fast failure must not look like a fast instance: it counts as
   * slow as the slowest of the recent answers of all, both for the latency and for what is in
   * flight.
   *
   * @param elapsedNanos from its begin
   * @param slowestNanos see {@link #slowest}
   */
  public void failed(long now, long elapsedNanos, long slowestNanos) {
    inFlight--;
    long penalty = Math.min(MOST_PENALTY_NANOS, Math.max(slowestNanos, elapsedNanos));
    sample(now, Math.max(penalty, (long) latency(now)));
    if (elapsedNanos < penalty) {
      ghosts = now - ghostsUntil < 0 ? ghosts + 1 : 1;
      ghostsUntil = now + penalty - elapsedNanos;
    }
  }

  /** The slowest of the recent good answers of all candidates, in nanoseconds, at least 1 ms. */
  public static long slowest(Candidate[] candidates) {
    long slowest = LEAST_PENALTY_NANOS;
    for (Candidate candidate : candidates) {
      slowest = Math.max(slowest, candidate.worst);
    }
    return slowest;
  }

  /** A try is over and says nothing about the instance: the client went away, or it was moved. */
  public void abandoned() {
    inFlight--;
  }

  /** Tries in flight now. */
  public int inFlight() {
    return inFlight;
  }

  /** What is in flight, failures counted as if they had taken as long as a slow answer. */
  public int load(long now) {
    return ghosts > 0 && now - ghostsUntil < 0 ? inFlight + ghosts : inFlight;
  }

  /** Whether the limit leaves no room. */
  public boolean isFull() {
    return inFlight >= limit;
  }

  /** Since when something was in flight and no byte came; meaningless with nothing in flight. */
  public long quietSince() {
    return quietSince;
  }

  /** When a byte came last; only if {@link #wasHeard()}. */
  public long lastHeard() {
    return lastHeard;
  }

  /** Whether any byte ever came. */
  public boolean wasHeard() {
    return heardOnce;
  }

  /** The weight with slow start. */
  public double effectiveWeight(long now) {
    return slowStartNanos == 0 ? weight : weightInSlowStart(now);
  }

  private double weightInSlowStart(long now) {
    double factor = SlowStart.factor(now - slowStartFrom, slowStartNanos);
    if (factor >= 1) {
      slowStartNanos = 0;
    }
    return weight * factor;
  }

  /** Whether the weight is 1 and no slow start is under way. */
  boolean isPlain() {
    return slowStartNanos == 0 && weight == 1;
  }

  /**
   * Smoothed latency in nanoseconds: rises at once to a peak, falls over 10 s; 0 while unknown.
   *
   * <p>Source: Finagle, {@code com.twitter.finagle.loadbalancer.PeakEwma}.
   */
  public double latency(long now) {
    long age = now - latencyAt;
    return age <= 0 ? latency : latency * Math.exp(-age / DECAY_NANOS);
  }

  private void sample(long now, long nanos) {
    if (nanos > latency) {
      latency = nanos;
    } else {
      double keep = Math.exp(-Math.max(0, now - latencyAt) / DECAY_NANOS);
      latency = latency * keep + nanos * (1 - keep);
    }
    latencyAt = now;
  }
}
