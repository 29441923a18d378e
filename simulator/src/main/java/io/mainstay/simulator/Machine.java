package io.mainstay.simulator;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.scenario.Script.Habits;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.testkit.SeededRandomness;
import io.mainstay.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * A machine: its processes go on when its server crashes, and end when its power is cut. Faults
 * change how the next ones start.
 */
final class Machine {
  private static final int FIRST_PORT = 20_000;
  private static final int LAST_PORT = 29_999;

  private final NodeName node;
  private final VirtualTime time;
  private final SeededRandomness random;
  private final Trace trace;
  private final Sometimes sometimes;
  private final TreeMap<Long, SimulatedProcess> groups = new TreeMap<>();
  private final TreeMap<InstanceId, Integer> reserved = new TreeMap<>();
  private final List<Start> starts = new ArrayList<>();
  private final String who;
  private long nextPid;
  private long changes;
  private int boots = 1;

  /** Whether it is on. */
  boolean powered = true;

  /** Whether everything on it stands still. */
  boolean frozen;

  /** Services whose new processes end at once. */
  final List<ServiceName> crashing = new ArrayList<>();

  /** Services whose new processes take long to answer. */
  final List<ServiceName> slow = new ArrayList<>();

  /** How the processes of services behave; of those that are missing, as usual. */
  final SequencedMap<ServiceName, Habits> habits = new LinkedHashMap<>();

  boolean spawnsFail;
  boolean hooksFail;

  /** Whom its server told to end within this event. */
  final List<Stop> stops = new ArrayList<>();

  /**
   * An order to end.
   *
   * @param process whose
   * @param served whether it answered requests until then
   */
  record Stop(SimulatedProcess process, boolean served) {}

  /**
   * A start, for the invariant on restarts.
   *
   * @param instance whose
   * @param generation of the run
   * @param at when
   */
  record Start(InstanceId instance, long generation, MonotonicTime at) {}

  Machine(
      NodeName node,
      int number,
      VirtualTime time,
      SeededRandomness random,
      Trace trace,
      Sometimes sometimes) {
    this.node = node;
    this.who = node + " machine";
    this.nextPid = 100_000L * (number - 1) + 1_000;
    this.time = time;
    this.random = random;
    this.trace = trace;
    this.sometimes = sometimes;
  }

  NodeName node() {
    return node;
  }

  /** Nothing that ran is left, and nobody is told. */
  void cutPower() {
    trace.add(who, "power cut");
    powered = false;
    frozen = false;
    for (SimulatedProcess process : groups.values()) {
      process.alive = false;
      process.grandchildren = 0;
      process.watchers.clear();
    }
    groups.clear();
    reserved.clear();
    changes++;
  }

  void powerOn() {
    if (!powered) {
      trace.add(who, "power on");
      powered = true;
      boots++;
    }
  }

  /** Everything on it stands still from now on, or goes on. */
  void freeze(boolean now) {
    trace.add(who, now ? "stands still" : "goes on");
    frozen = now;
  }

  /** Grows with every start and end of a process. */
  long changes() {
    return changes;
  }

  /** Everything of which something is left, in the order of the starts. */
  List<SimulatedProcess> groups() {
    return List.copyOf(groups.values());
  }

  /** Starts of the last minute, oldest first. */
  List<Start> starts() {
    MonotonicTime oldest = time.now().plus(Duration.ofMinutes(-1));
    starts.removeIf(start -> start.at().isBefore(oldest));
    return starts;
  }

  SimulatedProcess spawn(
      InstanceId instance, long generation, int revision, int port, String nonce) {
    long pid = nextPid++;
    boolean slowly = slow.contains(instance.service());
    Habits usual = habits.getOrDefault(instance.service(), Habits.USUAL);
    int drawn = slowly ? random.nextInt(5_000, 30_000) : random.nextInt(20, 1_500);
    Duration start =
        slowly ? Duration.ofMillis(drawn) : usual.start().orElse(Duration.ofMillis(drawn));
    SimulatedProcess process =
        new SimulatedProcess(
            new ProcessIdentity(pid, time.now().nanos() / 10_000_000, "boot-" + boots, nonce),
            this,
            instance,
            generation,
            revision,
            port,
            time.now(),
            time.now().plus(start));
    process.habits = usual;
    usual
        .exitsAfter()
        .ifPresent(life -> time.schedule(life, () -> exit(process, OptionalInt.of(1), "")));
    if (slowly) {
      sometimes.saw(Sometimes.State.SLOW_START);
    }
    groups.put(pid, process);
    starts.add(new Start(instance, generation, time.now()));
    changes++;
    trace.add(who, "start " + process);
    if (crashing.contains(instance.service())) {
      sometimes.saw(Sometimes.State.CRASH_LOOP);
      time.schedule(
          Duration.ofMillis(random.nextInt(5, 400)), () -> exit(process, OptionalInt.of(3), ""));
    }
    return process;
  }

  /** Notes that the server wants the end of a process. */
  void toldToEnd(SimulatedProcess process) {
    stops.add(new Stop(process, process.passed && process.serves(time.now()) && !process.liesRed));
  }

  /** Ends the process; what it started goes on. */
  void exit(SimulatedProcess process, OptionalInt code, String signal) {
    if (!process.alive) {
      return;
    }
    process.alive = false;
    changes++;
    trace.add(who, "exit " + process + (code.isPresent() ? " code " + code : " " + signal));
    if (process.grandchildren > 0) {
      sometimes.saw(Sometimes.State.GRANDCHILDREN_LEFT);
    } else {
      groups.remove(process.identity.pid());
    }
    Exit exit =
        new Exit(
            code,
            signal.isEmpty() ? Optional.empty() : Optional.of(signal),
            false,
            false,
            time.wallClock(),
            List.of());
    List.copyOf(process.watchers).forEach(watcher -> watcher.accept(exit));
    process.watchers.clear();
  }

  /** Ends the process and everything that it started. */
  void killGroup(SimulatedProcess process) {
    process.grandchildren = 0;
    exit(process, OptionalInt.empty(), "KILL");
    if (groups.remove(process.identity.pid()) != null) {
      changes++;
    }
  }

  Optional<SimulatedProcess> find(ProcessIdentity identity) {
    return Optional.ofNullable(groups.get(identity.pid()))
        .filter(process -> process.identity.equals(identity));
  }

  Optional<SimulatedProcess> findByNonce(String nonce) {
    return groups.values().stream()
        .filter(process -> process.alive && process.identity.nonce().equals(nonce))
        .findFirst();
  }

  /** Who listens there. */
  Optional<SimulatedProcess> at(int port) {
    for (SimulatedProcess process : groups.values()) {
      if (process.alive && process.port == port) {
        return Optional.of(process);
      }
    }
    return Optional.empty();
  }

  /** A port that nobody has, kept for the instance until it asks again. */
  OptionalInt freePort(InstanceId instance, OptionalInt preferred) {
    reserved.remove(instance);
    if (preferred.isPresent() && isFree(preferred.getAsInt())) {
      reserved.put(instance, preferred.getAsInt());
      return preferred;
    }
    for (int port = FIRST_PORT; port <= LAST_PORT; port++) {
      if (isFree(port)) {
        reserved.put(instance, port);
        return OptionalInt.of(port);
      }
    }
    return OptionalInt.empty();
  }

  /** What a server had reserved goes with it. */
  void serverGone() {
    reserved.clear();
  }

  private boolean isFree(int port) {
    return !reserved.containsValue(port)
        && groups.values().stream()
            .noneMatch(process -> process.hasGroup() && process.port == port);
  }

  /** Ends all faults of the machine. */
  void heal(List<ServiceName> keepHung) {
    crashing.clear();
    slow.clear();
    spawnsFail = false;
    hooksFail = false;
    for (SimulatedProcess process : groups.values()) {
      boolean stays = process.hung && keepHung.contains(process.instance.service());
      process.heal();
      process.hung = stays;
    }
  }
}
