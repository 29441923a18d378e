package io.mainstay.linux;

import io.mainstay.linux.ProcFs.Stat;
import io.mainstay.linux.calls.LinuxCalls;
import io.mainstay.model.state.ProcessIdentity;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what belongs to a run of an instance by what every process carries with it: session and
 * group, parents, and the nonce in the environment. Used beside control groups, which a machine may
 * not have. Zombies count as gone: whoever has to reap orphans may be late.
 */
final class ProcessTree {
  private static final long TICKS_A_SECOND = 100; // USER_HZ, the same on all that Java runs on

  private static final long SNAPSHOT_NANOS = Duration.ofMillis(900).toNanos();

  private final ProcFs processes;
  private volatile @Nullable Snapshot snapshot;

  private record Snapshot(long nanos, List<Stat> all) {}

  ProcessTree(ProcFs processes) {
    this.processes = processes;
  }

  /** Whether exactly that process runs, or only waits to be reaped if {@code dead} counts too. */
  boolean exists(ProcessIdentity process, boolean dead) {
    return processes.bootId().equals(process.bootId())
        && processes
            .stat(process.pid())
            .filter(stat -> stat.startTicks() == process.startTicks() && (dead || !stat.isDead()))
            .isPresent();
  }

  /** All that lives of a run: its main process and what came from it. */
  List<Stat> living(ProcessIdentity main) {
    if (!processes.bootId().equals(main.bootId())) {
      return List.of();
    }
    List<Stat> all =
        processes.all().stream().filter(s -> s.startTicks() >= main.startTicks()).toList();
    Optional<Stat> leader = all.stream().filter(s -> s.pid() == main.pid()).findFirst();
    // Session and group keep their number as long as one member lives. Only when the main process
    // is gone and its pid was given away can they mean somebody else.
    boolean numberIsOurs = leader.isEmpty() || leader.get().startTicks() == main.startTicks();
    Set<Long> ours = new HashSet<>();
    for (Stat stat : all) {
      boolean byNumber =
          numberIsOurs && (stat.session() == main.pid() || stat.group() == main.pid());
      byNumber &= leader.isPresent() || mayCarry(stat, main.nonce());
      if (byNumber || carries(stat, main.nonce())) {
        ours.add(stat.pid());
      }
    }
    addDescendants(all, ours);
    return all.stream().filter(s -> ours.contains(s.pid()) && !s.isDead()).toList();
  }

  /** The living processes that carry a nonce. */
  List<Stat> carriers(String nonce) {
    return processes.all().stream().filter(s -> !s.isDead() && carries(s, nonce)).toList();
  }

  /** Sends a signal to one process, if it is still that one. */
  void signal(Stat stat, int signal) {
    int pidfd = LinuxCalls.pidfdOpen(stat.pid());
    if (pidfd < 0) {
      return;
    }
    try {
      if (processes
          .stat(stat.pid())
          .filter(now -> now.startTicks() == stat.startTicks())
          .isPresent()) {
        LinuxCalls.pidfdSendSignal(pidfd, signal);
      }
    } finally {
      LinuxCalls.close(pidfd);
    }
  }

  /**
   * CPU time of what lives of a run, and of what it has reaped. All runs are summed up from one
   * look at the machine a second, since a look at every process is not free; so what left session
   * and group and has lost its parent is not counted.
   */
  Duration cpuTime(ProcessIdentity main, long nowNanos) {
    Snapshot now = snapshot;
    if (now == null || nowNanos - now.nanos() > SNAPSHOT_NANOS) {
      now = new Snapshot(nowNanos, processes.all());
      snapshot = now;
    }
    Set<Long> ours = new HashSet<>();
    for (Stat stat : now.all()) {
      if (stat.pid() == main.pid() && stat.startTicks() == main.startTicks()) {
        ours.add(stat.pid());
      }
    }
    if (ours.isEmpty()) {
      return Duration.ZERO;
    }
    now.all().stream().filter(s -> s.session() == main.pid()).forEach(s -> ours.add(s.pid()));
    addDescendants(now.all(), ours);
    long ticks =
        now.all().stream()
            .filter(stat -> ours.contains(stat.pid()) && !stat.isDead())
            .mapToLong(Stat::cpuTicks)
            .sum();
    return Duration.ofMillis(ticks * 1000 / TICKS_A_SECOND);
  }

  private static void addDescendants(List<Stat> all, Set<Long> ours) {
    boolean grown = true;
    while (grown) {
      grown = false;
      for (Stat stat : all) {
        grown |= ours.contains(stat.parent()) && ours.add(stat.pid());
      }
    }
  }

  private boolean carries(Stat stat, String nonce) {
    return !nonce.isEmpty() && processes.nonce(stat.pid()).filter(nonce::equals).isPresent();
  }

  /** Whether its environment does not say that it belongs to another run. */
  private boolean mayCarry(Stat stat, String nonce) {
    return processes.nonce(stat.pid()).map(nonce::equals).orElse(true);
  }
}
