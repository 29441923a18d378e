package io.mainstay.ports;

import io.mainstay.model.state.ProcessIdentity;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Looks into the JVMs of instances, which need not be prepared for it. Blocks, perhaps for as long
 * as the process hangs; any thread.
 */
public interface JavaProcesses {
  /**
   * The JVM that the process is, or has started; empty if there is none.
   *
   * @throws IOException if nobody may look
   */
  Optional<Jvm> find(ProcessIdentity process) throws IOException;

  /** One of them, for one look. */
  interface Jvm {
    /** Its number. */
    long pid();

    /**
     * The time that it has spent in collections since its start, all else standing still, the one
     * that is under way included. A JVM that answers nothing any more tells it too.
     *
     * @throws IOException if it does not tell
     */
    Duration collecting() throws IOException;

    /**
     * Threads that wait for each other for ever: each deadlock as their names.
     *
     * @throws IOException if it cannot be asked
     */
    List<String> deadlocks() throws IOException;

    /** Nobody waits any more: what is under way ends. Any thread; returns at once. */
    void end();
  }
}
