package io.mainstay.testkit;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.Prober;
import io.mainstay.ports.ProcessHost;
import io.mainstay.ports.ProcessHost.CommandOutcome;
import io.mainstay.ports.ProcessHost.CommandRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A machine in virtual time: its processes outlive the servers that started them. It keeps a list
 * of what must never happen on it, such as two processes of one instance. One thread.
 */
public final class FakeMachine {
  private static final String BOOT = "boot-1";

  private final VirtualTime time;
  private final TreeMap<Long, FakeProcess> processes = new TreeMap<>();
  private final TreeMap<InstanceId, FakeProgram> programs = new TreeMap<>();
  private final TreeMap<InstanceId, Integer> starts = new TreeMap<>();
  private final TreeMap<InstanceId, Integer> ports = new TreeMap<>();
  private final TreeSet<Integer> takenPorts = new TreeSet<>();
  private final List<String> violations = new ArrayList<>();
  private final List<CommandRequest> commands = new ArrayList<>();
  private final List<ProcessHost.StartRequest> requests = new ArrayList<>();
  private Function<CommandRequest, CommandOutcome> commandResult =
      request -> new CommandOutcome(OptionalInt.of(0), "", Optional.empty());
  private boolean canFreeze = true;
  private long lastPid = 1000;

  /** A machine without processes. */
  public FakeMachine(VirtualTime time) {
    this.time = time;
  }

  /** What one server sees; answers arrive in its mailbox and are lost with it. */
  public ProcessHost host(Mailbox mailbox) {
    return host(mailbox, what -> {});
  }

  /** As {@link #host(Mailbox)}; {@code step} is told before and after each effect. */
  public ProcessHost host(Mailbox mailbox, java.util.function.Consumer<String> step) {
    return new FakeProcessHost(this, mailbox, step);
  }

  /** A prober that asks the processes of this machine. */
  public Prober prober(Mailbox mailbox) {
    return new FakeProber(mailbox, this::answer);
  }

  /** How processes of the instance behave from their next start on. */
  public void program(InstanceId instance, FakeProgram program) {
    programs.put(instance, program);
  }

  /** What short commands answer; by default they succeed at once. */
  public void commands(Function<CommandRequest, CommandOutcome> result) {
    commandResult = result;
  }

  /** Whether freezing works on this machine. */
  public void canFreeze(boolean newCanFreeze) {
    canFreeze = newCanFreeze;
  }

  /** Somebody else listens there. */
  public void takePort(int port) {
    takenPorts.add(port);
  }

  /** Nobody else listens there any more. */
  public void releasePort(int port) {
    takenPorts.remove(port);
  }

  /** The live main process of an instance. */
  public Optional<FakeProcess> process(InstanceId instance) {
    return processes.values().stream()
        .filter(process -> process.isAlive() && process.instance().equals(instance))
        .findFirst();
  }

  /** All live main processes, by pid. */
  public List<FakeProcess> live() {
    return processes.values().stream().filter(FakeProcess::isAlive).toList();
  }

  /** Groups of which something is left although their main process has ended. */
  public List<FakeProcess> leftovers() {
    return processes.values().stream().filter(FakeProcess::hasLeftovers).toList();
  }

  /** How many processes of an instance were ever started. */
  public int starts(InstanceId instance) {
    return starts.getOrDefault(instance, 0);
  }

  /** The short commands that were run, in order. */
  public List<CommandRequest> commandsRun() {
    return List.copyOf(commands);
  }

  /** The starts that were asked for, in order. */
  public List<ProcessHost.StartRequest> startsAsked() {
    return List.copyOf(requests);
  }

  /** What must never happen and did. */
  public List<String> violations() {
    return List.copyOf(violations);
  }

  /** The process of an instance ends by itself. */
  public void exit(InstanceId instance, int code) {
    process(instance).ifPresent(process -> process.end(exited(OptionalInt.of(code), "")));
  }

  /** Somebody kills the process of an instance. */
  public void kill(InstanceId instance) {
    process(instance).ifPresent(process -> process.end(exited(OptionalInt.empty(), "KILL")));
  }

  FakeProgram programOf(InstanceId instance) {
    return programs.getOrDefault(instance, FakeProgram.GOOD);
  }

  CommandOutcome run(CommandRequest request) {
    commands.add(request);
    return commandResult.apply(request);
  }

  boolean canFreeze() {
    return canFreeze;
  }

  VirtualTime time() {
    return time;
  }

  void violated(String what) {
    violations.add(what);
  }

  void asked(ProcessHost.StartRequest request) {
    requests.add(request);
  }

  FakeProcess spawn(ProcessHost.StartRequest request) {
    InstanceId instance = request.instance();
    process(instance).ifPresent(twin -> violated("two processes of " + instance));
    processes.values().stream()
        .filter(process -> process.instance().equals(instance) && process.hasLeftovers())
        .forEach(process -> violated("started over leftovers of " + instance));
    starts.merge(instance, 1, Integer::sum);
    long pid = ++lastPid;
    FakeProgram program = programOf(instance);
    FakeProcess process =
        new FakeProcess(
            this,
            instance,
            new ProcessIdentity(pid, pid * 7, BOOT, request.nonce()),
            request.environment(),
            program,
            time.now());
    processes.put(pid, process);
    program
        .exitsAfter()
        .ifPresent(
            after -> time.schedule(after, () -> process.end(exited(program.exitCode(), ""))));
    return process;
  }

  Optional<FakeProcess> find(ProcessIdentity identity) {
    return Optional.ofNullable(processes.get(identity.pid()))
        .filter(process -> process.identity().equals(identity));
  }

  Optional<FakeProcess> find(String nonce) {
    return processes.values().stream()
        .filter(process -> process.isAlive() && process.identity().nonce().equals(nonce))
        .findFirst();
  }

  OptionalInt freePort(InstanceId instance, OptionalInt preferred) {
    ports.remove(instance);
    if (preferred.isPresent() && isFree(preferred.getAsInt())) {
      ports.put(instance, preferred.getAsInt());
      return preferred;
    }
    for (int port = 20_000; port < 30_000; port++) {
      if (isFree(port)) {
        ports.put(instance, port);
        return OptionalInt.of(port);
      }
    }
    return OptionalInt.empty();
  }

  private boolean isFree(int port) {
    return !takenPorts.contains(port) && !ports.containsValue(port);
  }

  Exit exited(OptionalInt code, String signal) {
    return new Exit(
        code,
        signal.isEmpty() ? Optional.empty() : Optional.of(signal),
        false,
        false,
        time.wallClock(),
        List.of());
  }

  private Optional<Prober.Result> answer(Prober.Request request) {
    Optional<FakeProcess> process = process(request.instance());
    if (process.isEmpty()) {
      return Optional.of(result(Prober.Outcome.FAIL, "connection refused"));
    }
    if (process.get().isFrozen() || process.get().hangs()) {
      return Optional.empty();
    }
    MonotonicTime ready = process.get().since().plus(process.get().program().readyAfter());
    return Optional.of(
        time.now().isBefore(ready)
            ? result(Prober.Outcome.FAIL, "connection refused")
            : new Prober.Result(
                Prober.Outcome.PASS,
                "status 200",
                "",
                Duration.ofMillis(1),
                process.get().share()));
  }

  private static Prober.Result result(Prober.Outcome outcome, String message) {
    return new Prober.Result(outcome, message, "", Duration.ofMillis(1));
  }
}
