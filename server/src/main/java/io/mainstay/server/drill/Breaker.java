package io.mainstay.server.drill;

import java.io.IOException;

/** Breaks process groups, and mends those that were stopped. */
@FunctionalInterface
public interface Breaker {
  /** What can be sent. */
  enum Signal {
    /** Ends the group at once. */
    KILL,
    /** Takes the processor from it. */
    STOP,
    /** Gives the processor back. */
    CONTINUE
  }

  /**
   * Sends a signal to a whole process group.
   *
   * @param group id of the group, which is the pid of its first process
   * @throws IOException if there is no such group or it may not be signalled
   */
  void send(long group, Signal signal) throws IOException;
}
