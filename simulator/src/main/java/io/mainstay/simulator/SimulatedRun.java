package io.mainstay.simulator;

import io.mainstay.decisions.balancing.Candidate;
import io.mainstay.model.state.Endpoint;

/** One run of an instance as one gateway knows it, with what it counts. */
final class SimulatedRun {
  private final Candidate candidate;
  private Endpoint endpoint;
  private int good;
  private int failed;
  private double goodPerSecond;
  private double failedPerSecond;

  SimulatedRun(Endpoint endpoint) {
    this.endpoint = endpoint;
    candidate = new Candidate(endpoint.id(), endpoint.generation(), 1);
    candidate.node(endpoint.node());
  }

  /** Whether the endpoint tells of this very run. */
  boolean is(Endpoint other) {
    return other.id().equals(endpoint.id())
        && other.generation() == endpoint.generation()
        && other.node().equals(endpoint.node());
  }

  void endpoint(Endpoint newer) {
    endpoint = newer;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  Candidate candidate() {
    return candidate;
  }

  void answered() {
    good++;
  }

  void failed() {
    failed++;
  }

  /** A second is over. */
  void roll() {
    goodPerSecond = good;
    failedPerSecond = failed;
    good = 0;
    failed = 0;
  }

  /** Tries that ended within the last second. */
  double perSecond() {
    return goodPerSecond + failedPerSecond;
  }

  double failedPerSecond() {
    return failedPerSecond;
  }
}
