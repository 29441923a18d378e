package io.mainstay.linux.cgroups;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One hierarchy's hold on a run: who is in it, and what can be done to all at once. */
interface Tracking {
  /** The group. */
  Path group();

  /** Who is in it. */
  List<Long> members();

  /** KILLs all that is in it now. */
  void kill();

  /** Asks for a stand-still or its end; answers whether this hierarchy can do it. */
  boolean freeze(boolean frozen);

  /** Whether all stands still. */
  boolean isFrozen();

  /** CPU time of all, if this hierarchy counts it. */
  Optional<Duration> cpuTime();
}
