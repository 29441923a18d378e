package io.mainstay.simulator;

import io.mainstay.decisions.balancing.Tried;

/** One request of a client, from its arrival to its answer. */
final class SimulatedRequest {
  final String method;
  final long arrived;
  final long deadline;
  final Tried tried = new Tried();
  int tries;
  long waitsSince;
  boolean waiting;

  SimulatedRequest(String method, long arrived, long deadline) {
    this.method = method;
    this.arrived = arrived;
    this.deadline = deadline;
  }
}
