package io.mainstay.linux;

import io.mainstay.linux.calls.WaitCalls;
import io.mainstay.linux.calls.WaitStatus;
import io.mainstay.linux.cgroups.Cgroup;
import io.mainstay.linux.logs.FileLogSource;
import io.mainstay.model.state.Exit;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Finds out how a process ended. */
final class ExitReader {
  private static final int LAST_LINES = 20;

  private final ProcFs processes;
  private final FileLogSource logs;

  ExitReader(ProcFs processes, FileLogSource logs) {
    this.processes = processes;
    this.logs = logs;
  }

  /** How it ended; empty only for a child that has not. */
  Optional<Exit> read(TrackedProcess process) {
    Optional<WaitStatus> status =
        process.child() ? WaitCalls.reap(process.pidfd()) : statusOfAdopted(process);
    if (process.child() && status.isEmpty()) {
      return Optional.empty();
    }
    Optional<WaitStatus> bySignal = status.filter(s -> s.signal() != 0);
    boolean outOfMemory =
        bySignal.filter(s -> s.signal() == SignalNumbers.KILL).isPresent()
            && !process.progress().killed
            && process.cgroup().filter(Cgroup::wasOutOfMemory).isPresent();
    boolean failed = status.isEmpty() || !status.get().equals(WaitStatus.exited(0));
    List<String> lines =
        logs.lastErrors(
            process.instance(), process.stderr(), process.logBegin(), LAST_LINES, failed);
    return Optional.of(
        new Exit(
            status
                .filter(s -> s.signal() == 0)
                .map(s -> OptionalInt.of(s.code()))
                .orElseGet(OptionalInt::empty),
            bySignal.map(s -> SignalNumbers.name(s.signal())),
            outOfMemory,
            bySignal.filter(WaitStatus::coreDumped).isPresent(),
            Instant.now(),
            lines));
  }

  /** Not our child: its zombie shows the status until it is reaped, the kernel tells it after. */
  private Optional<WaitStatus> statusOfAdopted(TrackedProcess process) {
    return processes
        .stat(process.identity().pid())
        .filter(stat -> stat.startTicks() == process.identity().startTicks() && stat.isDead())
        .map(stat -> WaitStatus.of(stat.exitStatus()))
        .or(() -> WaitCalls.told(process.pidfd()));
  }
}
