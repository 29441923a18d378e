package io.mainstay.ports;

import io.mainstay.model.spec.Checks.Probe;
import java.time.Duration;

/** Asks databases over whatever drivers there are. Any thread. */
public interface Databases {
  /**
   * A question that has not been asked yet; nothing is opened before it is.
   *
   * @param probe its texts already expanded
   * @param within how long somebody waits for the answer
   */
  Question question(Probe.Sql probe, Duration within);

  /** One query over a connection of its own. */
  interface Question {
    /**
     * Asks, once; waits as long as the driver does, so on a thread of its own. The connection is
     * closed when it returns.
     */
    Answer ask();

    /** Nobody waits for it any more: what is under way ends. Any thread; returns at once. */
    void end();
  }

  /**
   * What came of it.
   *
   * @param outcome FAIL: the database is not there or says something else; UNKNOWN: it could not be
   *     asked, whatever its state
   * @param message one line, without secrets
   */
  record Answer(Prober.Outcome outcome, String message) {}
}
