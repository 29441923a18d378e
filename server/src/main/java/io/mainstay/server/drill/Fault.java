package io.mainstay.server.drill;

import io.mainstay.model.InstanceId;
import java.io.IOException;
import java.util.Optional;

/** Something that a drill breaks, and mends again. */
interface Fault {
  /** What is broken: an instance, or a service as a whole. */
  String victim();

  /** The one instance that is broken, if it is one. */
  Optional<InstanceId> instance();

  /** Breaks it. Once, by the thread of the drill. */
  void inject() throws IOException, InterruptedException;

  /**
   * Mends it; no effect if it is not broken. Any thread.
   *
   * @throws IOException if it stays broken
   */
  void mend() throws IOException;

  /** When it was mended and is not well in time: what can still be done about it. */
  default void giveUp() {}
}
