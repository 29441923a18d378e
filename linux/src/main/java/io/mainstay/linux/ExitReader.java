package io.mainstay.linux;

import io.mainstay.linux.calls.WaitCalls;
import io.mainstay.linux.calls.WaitStatus;
import io.mainstay.linux.cgroups.Cgroup;
import io.mainstay.linux.logs.FileLogSource;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.ProcessIdentity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Finds out how a process ended. */
final class ExitReader {
  private static final int LAST_LINES = 20;

  private final ProcFs processes;
  private final FileLogSource logs;
  private final Consumer<Throwable> bugs;

  ExitReader(ProcFs processes, FileLogSource logs, Consumer<Throwable> bugs) {
    this.processes = processes;
    this.logs = logs;
    this.bugs = bugs;
  }

  /** How it ended; once its descriptor is readable. */
  Exit read(TrackedProcess process) {
    Optional<WaitStatus> status = status(process.identity(), process.pidfd());
    Optional<WaitStatus> bySignal = status.filter(s -> s.signal() != 0);
    boolean outOfMemory =
        bySignal.filter(s -> s.signal() == SignalNumbers.KILL).isPresent()
            && !process.progress().killed
            && process.cgroup().filter(Cgroup::wasOutOfMemory).isPresent();
    boolean failed = status.isEmpty() || !status.get().equals(WaitStatus.exited(0));
    return new Exit(
        status
            .filter(s -> s.signal() == 0)
            .map(s -> OptionalInt.of(s.code()))
            .orElseGet(OptionalInt::empty),
        bySignal.map(s -> SignalNumbers.name(s.signal())),
        outOfMemory,
        bySignal.filter(WaitStatus::coreDumped).isPresent(),
        Instant.now(),
        lastLines(process, failed));
  }

  /** That it ended must be told, whatever may be wrong with its log. */
  private List<String> lastLines(TrackedProcess process, boolean failed) {
    try {
      return logs.lastErrors(
          process.instance(), process.stderr(), process.logBegin(), LAST_LINES, failed);
    } catch (RuntimeException bug) {
      bugs.accept(bug);
      return List.of();
    }
  }

  /**
   * The status of a process that has ended. A child of ours is reaped. Of any other the zombie
   * shows it until it is reaped, and the kernel tells it after, if it is new enough; the same goes
   * for a child that a debugger holds.
   */
  Optional<WaitStatus> status(ProcessIdentity process, int pidfd) {
    return WaitCalls.reap(pidfd)
        .or(() ->
            processes
                .stat(process.pid())
                .filter(stat -> stat.startTicks() == process.startTicks() && stat.isDead())
                .map(stat -> WaitStatus.of(stat.exitStatus())))
        .or(() -> WaitCalls.told(pidfd));
  }
}
