package io.mainstay.linux;

import io.mainstay.linux.calls.Errno;
import io.mainstay.linux.calls.LinuxCalls;
import io.mainstay.linux.calls.SpawnCall;
import io.mainstay.linux.cgroups.Cgroup;
import io.mainstay.linux.cgroups.Cgroups;
import io.mainstay.linux.logs.FileLogSource;
import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.ProcessHost.AdoptOutcome;
import io.mainstay.ports.ProcessHost.StartOutcome;
import io.mainstay.ports.ProcessHost.StartRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Starts and takes over the processes of instances. On the commands' thread. */
final class Starter {
  private static final int STDERR = 2;
  private static final Duration PATIENCE = Duration.ofMillis(200);
  private static final Duration LOOK = Duration.ofNanos(500_000);

  private final ProcFs processes;
  private final FileLogSource logs;
  private final Cgroups cgroups;
  private final String mark;

  /**
   * Makes one.
   *
   * @param mark of the data folder, for the environment of what is started
   */
  Starter(ProcFs processes, FileLogSource logs, Cgroups cgroups, String mark) {
    this.processes = processes;
    this.logs = logs;
    this.cgroups = cgroups;
    this.mark = mark;
  }

  /**
   * What came of a start.
   *
   * @param process to be watched, if it runs
   */
  record Outcome(StartOutcome outcome, Optional<TrackedProcess> process) {}

  /**
   * What came of an adoption.
   *
   * @param process to be watched, if it runs
   */
  record Adoption(AdoptOutcome outcome, Optional<TrackedProcess> process) {}

  Outcome start(StartRequest request, Consumer<Exit> exited) {
    SequencedMap<String, String> environment = new LinkedHashMap<>(request.environment());
    environment.put(ProcFs.NONCE, request.nonce());
    environment.put(ProcFs.FOLDER, mark);
    Optional<Cgroup> cgroup = cgroups.create(request.instance(), request.nonce(), request.limits());
    List<String> notEnforced = new ArrayList<>();
    OptionalLong files = FileLimit.within(request.limits().files(), notEnforced);
    FileLogSource.Descriptors log;
    Launch launch;
    try {
      launch =
          Launch.of(
              request.command(),
              request.directory(),
              environment,
              request.user(),
              cgroup.map(Cgroup::joinFiles).orElse(List.of()),
              files);
      log = logs.open(request.instance());
    } catch (Launch.Refused | IOException e) {
      return failed(cgroup, String.valueOf(e.getMessage()));
    }
    long pid =
        SpawnCall.spawn(
            launch.program(),
            launch.words(),
            launch.environment(),
            request.directory(),
            log.stdout(),
            log.stderr());
    LinuxCalls.close(log.stdout());
    int pidfd = pid < 0 ? -1 : LinuxCalls.pidfdOpen(pid);
    if (pidfd < 0) {
      if (pid > 0) {
        LinuxCalls.kill(-pid, SignalNumbers.KILL);
      }
      logs.close(request.instance(), log.stderr());
      return failed(cgroup, reason(request, pid, pidfd));
    }
    notEnforced.addAll(unenforced(request.limits(), cgroup, pid));
    return started(request, pid, pidfd, log, cgroup, exited, notEnforced);
  }

  private Outcome started(
      StartRequest request,
      long pid,
      int pidfd,
      FileLogSource.Descriptors log,
      Optional<Cgroup> cgroup,
      Consumer<Exit> exited,
      List<String> notEnforced) {
    long startTicks = processes.stat(pid).map(ProcFs.Stat::startTicks).orElse(0L);
    ProcessIdentity identity =
        new ProcessIdentity(pid, startTicks, processes.bootId(), request.nonce());
    Optional<String> problem =
        notEnforced.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", notEnforced));
    return new Outcome(
        new StartOutcome.Started(identity, problem),
        Optional.of(
            new TrackedProcess(
                identity,
                request.instance(),
                pidfd,
                log.stderr(),
                log.begin(),
                cgroup,
                exited,
                new TrackedProcess.Progress())));
  }

  Adoption adopt(InstanceId instance, ProcessIdentity process, Consumer<Exit> exited) {
    if (!processes.bootId().equals(process.bootId())) {
      return gone("the machine was started anew");
    }
    int pidfd = LinuxCalls.pidfdOpen(process.pid());
    // Looked at after the descriptor was opened: so both mean the same process.
    Optional<ProcFs.Stat> stat = processes.stat(process.pid());
    Optional<String> why = whyNot(process, pidfd, stat);
    if (why.isPresent()) {
      if (pidfd >= 0) {
        LinuxCalls.close(pidfd);
      }
      return gone(why.get());
    }
    logs.adopt(instance);
    return new Adoption(
        new AdoptOutcome.Adopted(),
        Optional.of(
            new TrackedProcess(
                process,
                instance,
                pidfd,
                stderrOf(instance, pidfd),
                Long.MIN_VALUE,
                cgroups.find(process.nonce()),
                exited,
                new TrackedProcess.Progress())));
  }

  private Optional<String> whyNot(ProcessIdentity process, int pidfd, Optional<ProcFs.Stat> stat) {
    if (pidfd < 0 || stat.isEmpty() || stat.get().isDead()) {
      return Optional.of("process " + process.pid() + " has ended");
    }
    boolean other = stat.get().startTicks() != process.startTicks();
    // A program may have overwritten its environment, so a missing nonce says nothing.
    boolean foreign =
        processes.nonce(process.pid()).filter(nonce -> !nonce.equals(process.nonce())).isPresent();
    return other || foreign
        ? Optional.of("process " + process.pid() + " is another one now")
        : Optional.empty();
  }

  /** A copy of its standard error, if that is still the log and we may have it. */
  private int stderrOf(InstanceId instance, int pidfd) {
    int copy = LinuxCalls.pidfdGetDescriptor(pidfd, STDERR);
    if (copy < 0) {
      return -1;
    }
    Path file = Path.of("/proc/self/fd", Integer.toString(copy));
    try {
      if (file.toRealPath().equals(logs.path(instance).toRealPath())) {
        logs.adopt(instance, copy);
        return copy;
      }
    } catch (IOException e) {
      // Deleted, or no file at all: not our log, so of no use here.
      LinuxCalls.close(copy);
      return -1;
    }
    LinuxCalls.close(copy);
    return -1;
  }

  private List<String> unenforced(Workload.Limits limits, Optional<Cgroup> cgroup, long pid) {
    if (!isLimited(limits)) {
      return List.of();
    }
    if (cgroup.isEmpty()) {
      return List.of("memory and cpu: no control group can be made on this machine");
    }
    List<String> problems = new ArrayList<>(cgroup.get().notEnforced());
    joined(cgroup.get(), pid).ifPresent(problems::add);
    return problems;
  }

  private static boolean isLimited(Workload.Limits limits) {
    return limits.memoryBytes().isPresent() || limits.cpuCores().isPresent();
  }

  /** Waits, a few milliseconds as a rule, for the process to be in its group; else says so. */
  private Optional<String> joined(Cgroup group, long pid) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!group.members().contains(pid)) {
      if (processes.stat(pid).filter(stat -> !stat.isDead()).isEmpty()) {
        return Optional.empty(); // it came and went
      }
      if (System.nanoTime() > deadline) {
        return Optional.of("the process could not enter its control group");
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
    return Optional.empty();
  }

  private static String reason(StartRequest request, long pid, int pidfd) {
    return pid < 0
        ? "cannot start " + request.command().getFirst() + ": " + Errno.describe(pid)
        : pidfd == -Errno.ENOSYS
            ? "this kernel has no process descriptors (Linux 5.4 or newer is needed)"
            : "no descriptor for the process: " + Errno.describe(pidfd);
  }

  private static Outcome failed(Optional<Cgroup> cgroup, String reason) {
    cgroup.ifPresent(Cgroup::remove);
    return new Outcome(new StartOutcome.Failed(reason), Optional.empty());
  }

  private static Adoption gone(String reason) {
    return new Adoption(new AdoptOutcome.Gone(reason), Optional.empty());
  }
}
