package io.mainstay.probes;

import io.mainstay.ports.Prober;
import io.mainstay.ports.Prober.Outcome;
import java.io.IOException;

/** A probe that can only be made by waiting. */
interface Look {
  /**
   * Looks, on a thread of its own that may wait for ever.
   *
   * @throws IOException if the world does not let it
   */
  Conversation.Answer look(Prober.Request request) throws IOException;

  /** Nobody waits for it any more. Any thread; must return at once. */
  default void giveUp() {}

  /** What it means that the look itself failed or took too long: FAIL or UNKNOWN. */
  Outcome inVain();
}
