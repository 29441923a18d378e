package io.mainstay.simulator;

import io.mainstay.decisions.balancing.Tried;
import io.mainstay.model.ServiceName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One request of a client, from its arrival to its answer. */
final class SimulatedRequest {
  final String method;
  final long arrived;
  final long deadline;
  final Consumer<Answer> answered;
  final Tried tried = new Tried();
  private final List<ServiceName> left = new ArrayList<>(0);
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

  /** Goes from one service to another one, if it has not been there. */
  boolean leaves(ServiceName from, ServiceName to) {
    if (from.equals(to) || left.contains(to)) {
      return false;
    }
    left.add(from);
    tried.clear();
    return true;
  }
}
