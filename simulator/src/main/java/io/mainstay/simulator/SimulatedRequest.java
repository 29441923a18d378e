package io.mainstay.simulator;

import io.mainstay.decisions.balancing.Tried;
import java.util.function.Consumer;

/** One request of a client, from its arrival to its answer. */
final class SimulatedRequest {
  final String method;
  final long arrived;
  final long deadline;
  final Consumer<Answer> answered;
  final Tried tried = new Tried();
  int tries;
  long waitsSince;
  boolean waiting;

  /** How it ended. */
  enum Answer {
    GOOD,
    ERROR_STATUS,
    NO_CONNECTION,
    BROKEN_OFF,
    TIMED_OUT,
    REFUSED
  }

  SimulatedRequest(String method, long arrived, long deadline, Consumer<Answer> answered) {
    this.answered = answered;
    this.method = method;
    this.arrived = arrived;
    this.deadline = deadline;
  }
}
