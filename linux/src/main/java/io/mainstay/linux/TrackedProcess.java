package io.mainstay.linux;

import io.mainstay.linux.cgroups.Cgroup;
import io.mainstay.model.InstanceId;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.ProcessIdentity;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A process whose end is awaited.
 *
 * @param identity who
 * @param instance whose
 * @param pidfd descriptor that becomes readable at its end
 * @param stderr descriptor that shares its place in the log, or -1
 * @param logBegin position in the log at which its output begins
 * @param cgroup what holds it and all that it starts
 * @param exited whom to tell
 * @param progress what becomes of it
 */
record TrackedProcess(
    ProcessIdentity identity,
    InstanceId instance,
    int pidfd,
    int stderr,
    long logBegin,
    Optional<Cgroup> cgroup,
    Consumer<Exit> exited,
    Progress progress) {

  /** What changes. */
  static final class Progress {
    /** Whether its end was reported. */
    volatile boolean ended;

    /** Whether we sent KILL, so that memory is not to blame. */
    volatile boolean killed;
  }
}
