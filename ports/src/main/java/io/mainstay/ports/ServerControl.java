package io.mainstay.ports;

import io.mainstay.model.Actor;

/** What the API asks of the process that it runs in. Any thread; returns at once. */
public interface ServerControl {
  /**
   * Begins to end this server in order. A second call may only turn {@code keepInstances} off.
   *
   * @param keepInstances whether what runs goes on, to be adopted by the next server
   * @param actor who asked
   * @param reason the operator's words, or empty
   */
  void stop(boolean keepInstances, Actor actor, String reason);

  /** Whether the file is applied, the listeners are open, and somebody decides. */
  boolean ready();
}
