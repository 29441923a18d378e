package io.mainstay.linux;

import io.mainstay.linux.calls.LinuxCalls;
import io.mainstay.linux.cgroups.Cgroup;
import io.mainstay.linux.cgroups.CgroupMounts;
import io.mainstay.linux.cgroups.Cgroups;
import io.mainstay.linux.cgroups.SystemCgroups;
import io.mainstay.linux.jvm.ThreadDumps;
import io.mainstay.linux.logs.FileLogSource;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.HostProblem;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.ProcessHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes of this machine. Two platform threads do all the work: one carries out commands, in
 * order, and starts the processes; one waits for all exits at once. Closing it leaves every process
 * alone.
 */
public final class LinuxProcessHost implements ProcessHost, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LinuxProcessHost.class);

  private static final int LOOKS = 3;
  private static final Duration PAUSE_BETWEEN_LOOKS = Duration.ofMillis(5);

  private final FileLogSource logs;
  private final Mailbox mailbox;
  private final Consumer<HostProblem> problems;
  private final ProcFs processes = new ProcFs(Path.of("/proc"));
  private final ProcessTree tree = new ProcessTree(processes);
  private final Map<String, TrackedProcess> running = new ConcurrentHashMap<>();
  private final ExecutorMailbox commands =
      new ExecutorMailbox("mainstay-processes", LinuxProcessHost::bug);
  private final Poller poller = new Poller("mainstay-exits", LinuxProcessHost::bug);
  private final Cgroups cgroups;
  private final ExitReader exits;
  private final TreeKiller killer;
  private final Freezer freezer;
  private final StraySearch strays;
  private final Starter starter;
  private final CommandRunner runner;
  private final FreePorts ports;

  /**
   * Starts the two threads.
   *
   * @param dataFolder of this server; names its control groups
   * @param logs where instances write to
   * @param mailbox where results go
   * @param problems hears what users should know; any thread
   */
  public LinuxProcessHost(
      Path dataFolder, FileLogSource logs, Mailbox mailbox, Consumer<HostProblem> problems) {
    this(
        dataFolder,
        logs,
        mailbox,
        problems,
        new SystemCgroups(CgroupMounts.read(), dataFolder, LinuxCalls.effectiveUserId() == 0));
  }

  LinuxProcessHost(
      Path dataFolder,
      FileLogSource logs,
      Mailbox mailbox,
      Consumer<HostProblem> problems,
      Cgroups cgroups) {
    this.logs = logs;
    this.mailbox = mailbox;
    this.problems = problems;
    this.cgroups = cgroups;
    LinuxCalls.keepEndedChildren();
    exits = new ExitReader(processes, logs, LinuxProcessHost::bug);
    killer = new TreeKiller(tree, commands, this::worry);
    freezer = new Freezer(tree, commands);
    String mark = StraySearch.mark(dataFolder);
    String ownNonce = Optional.ofNullable(System.getenv(ProcFs.NONCE)).orElse("");
    strays = new StraySearch(processes, cgroups, mark, ownNonce);
    starter = new Starter(processes, logs, cgroups, mark);
    runner = new CommandRunner(processes, exits, poller, commands, killer, logs);
    ports = new FreePorts(dataFolder.toAbsolutePath().hashCode(), this::runs);
    logs.keepWhile(instance ->
        running.values().stream().anyMatch(process -> process.instance().equals(instance)));
  }

  @Override
  public void start(StartRequest request, Consumer<StartOutcome> started, Consumer<Exit> exited) {
    commands.post(() -> {
      Starter.Outcome outcome = starter.start(request, exited);
      outcome.process().ifPresent(process -> running.put(process.identity().nonce(), process));
      mailbox.post(() -> started.accept(outcome.outcome()));
      outcome.process().ifPresent(this::watch);
    });
  }

  @Override
  public void adopt(
      InstanceId instance,
      ProcessIdentity process,
      Consumer<AdoptOutcome> adopted,
      Consumer<Exit> exited) {
    commands.post(() -> {
      Starter.Adoption adoption = starter.adopt(instance, process, exited);
      Runnable answer = () -> mailbox.post(() -> adopted.accept(adoption.outcome()));
      if (adoption.process().isEmpty()) {
        // What it started may be left, and nobody else would look after that.
        killer.kill(process, cgroupOf(process), () -> true, answer);
        return;
      }
      running.put(process.nonce(), adoption.process().get());
      answer.run();
      watch(adoption.process().get());
    });
  }

  @Override
  public void find(String nonce, Consumer<Optional<ProcessIdentity>> found) {
    commands.post(() -> look(nonce, LOOKS, found));
  }

  private void look(String nonce, int looks, Consumer<Optional<ProcessIdentity>> found) {
    Optional<Cgroup> cgroup = cgroups.find(nonce);
    List<ProcFs.Stat> living =
        Stream.concat(
                tree.carriers(nonce).stream(),
                cgroup.map(Cgroup::members).orElse(List.of()).stream()
                    .map(processes::stat)
                    .flatMap(Optional::stream))
            .filter(stat -> !stat.isDead())
            .sorted(Comparator.comparingLong(ProcFs.Stat::startTicks))
            .toList();
    Optional<ProcessIdentity> main =
        living.stream()
            .filter(stat -> stat.session() == stat.pid())
            .findFirst()
            .map(stat -> identity(stat, nonce));
    if (main.isPresent()) {
      mailbox.post(() -> found.accept(main));
    } else if (looks > 1) {
      // In the middle of exec a process shows no environment, for less than a millisecond.
      commands.after(PAUSE_BETWEEN_LOOKS, () -> look(nonce, looks - 1, found));
    } else if (living.isEmpty()) {
      mailbox.post(() -> found.accept(Optional.empty()));
    } else {
      // The main process is gone, so nobody could ever look after what it left.
      killer.kill(
          identity(living.getFirst(), nonce),
          cgroup,
          () -> true,
          () -> mailbox.post(() -> found.accept(Optional.empty())));
    }
  }

  @Override
  public void strays(List<String> known, Consumer<List<Stray>> found) {
    commands.post(() -> {
      List<Stray> all = strays.find(known);
      mailbox.post(() -> found.accept(all));
    });
  }

  @Override
  public void signal(ProcessIdentity process, String signal) {
    OptionalInt number = SignalNumbers.number(signal);
    if (number.isEmpty()) {
      throw new IllegalArgumentException("signal: " + signal + " (expected: such as TERM)");
    }
    commands.post(() -> {
      if (tree.exists(process, false)) {
        freezer.thawFor(
            process, cgroupOf(process), () -> LinuxCalls.kill(-process.pid(), number.getAsInt()));
      }
    });
  }

  @Override
  public void kill(ProcessIdentity process, Runnable gone) {
    commands.post(() -> {
      Optional<TrackedProcess> tracked = Optional.ofNullable(running.get(process.nonce()));
      tracked.ifPresent(known -> known.progress().killed = true);
      killer.kill(
          process,
          cgroupOf(process),
          () -> tracked.map(known -> known.progress().ended).orElse(true),
          () -> mailbox.post(gone));
    });
  }

  @Override
  public void freeze(ProcessIdentity process, boolean frozen, Consumer<Boolean> done) {
    commands.post(() ->
        freezer.freeze(
            process, cgroupOf(process), frozen, ok -> mailbox.post(() -> done.accept(ok))));
  }

  @Override
  public void dumpThreads(
      InstanceId instance, ProcessIdentity process, Consumer<Optional<ThreadDump>> done) {
    // To read about a process that hangs in the kernel may hang as well, so on a thread of its own.
    Thread.ofPlatform()
        .daemon()
        .name("thread-dump-" + instance)
        .start(() -> {
          try {
            if (tree.exists(process, false)) {
              Optional<ThreadDump> dump = ThreadDumps.take(logs, instance, process.pid());
              mailbox.post(() -> done.accept(dump));
              return;
            }
          } catch (InterruptedException e) {
            LOG.debug("the threads of {} were not awaited", instance, e);
          }
          mailbox.post(() -> done.accept(Optional.empty()));
        });
  }

  @Override
  public void run(CommandRequest request, Consumer<CommandOutcome> done) {
    commands.post(() -> runner.run(request, outcome -> mailbox.post(() -> done.accept(outcome))));
  }

  @Override
  public OptionalInt freePort(InstanceId instance, OptionalInt preferred) {
    return ports.take(instance, preferred, System.nanoTime());
  }

  @Override
  public Duration cpuTime(ProcessIdentity process) {
    return Optional.ofNullable(running.get(process.nonce()))
        .flatMap(TrackedProcess::cgroup)
        .flatMap(Cgroup::cpuTime)
        .orElseGet(() -> tree.cpuTime(process, System.nanoTime()));
  }

  /** Ends the threads; processes go on. */
  @Override
  public void close() {
    commands.close();
    poller.close();
    cgroups.close();
  }

  private void watch(TrackedProcess process) {
    poller.watch(
        process.pidfd(),
        () -> {
          Exit exit = exits.read(process);
          mailbox.post(() -> process.exited().accept(exit));
          process.progress().ended = true;
          running.remove(process.identity().nonce(), process);
          process.cgroup().ifPresent(group -> commands.post(group::remove)); // if nothing is left
          LinuxCalls.close(process.pidfd());
          if (process.stderr() >= 0) {
            logs.close(process.instance(), process.stderr());
          }
          return false;
        });
  }

  private Optional<Cgroup> cgroupOf(ProcessIdentity process) {
    TrackedProcess tracked = running.get(process.nonce());
    return tracked == null ? cgroups.find(process.nonce()) : tracked.cgroup();
  }

  private boolean runs(InstanceId instance) {
    return running.values().stream().anyMatch(process -> process.instance().equals(instance));
  }

  private ProcessIdentity identity(ProcFs.Stat stat, String nonce) {
    return new ProcessIdentity(stat.pid(), stat.startTicks(), processes.bootId(), nonce);
  }

  private void worry(String reason) {
    problems.accept(new HostProblem(EventKind.COMPONENT_FAILED, Optional.empty(), reason));
  }

  private static void bug(Throwable thrown) {
    LOG.error("a command on a process failed", thrown);
  }
}
