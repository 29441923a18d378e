package io.mainstay.linux.cgroups;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A control group that holds one run of an instance with all that it started, however it hid.
 * Methods are best effort and never throw for what the kernel refuses.
 */
public interface Cgroup {
  /** Files into which a process writes its id to join, with all that it starts from then on. */
  List<Path> joinFiles();

  /** Why limits are not in force, one phrase each. */
  List<String> notEnforced();

  /** Processes in it now. */
  List<Long> members();

  /** KILLs what is in it now, frozen or not; once may not be enough against one that forks. */
  void kill();

  /** Asks for its processes to stand still or to go on; answers whether the kernel took it. */
  boolean freeze(boolean frozen);

  /** Whether all of it stands still. */
  boolean isFrozen();

  /** Whether the kernel has killed something in it for memory. */
  boolean wasOutOfMemory();

  /** CPU time that all of it has used. */
  Optional<Duration> cpuTime();

  /** Removes it; answers whether it is gone. */
  boolean remove();
}
