package io.mainstay.simulator;

import io.mainstay.model.ServiceName;
import io.mainstay.testkit.SeededRandomness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/**
 * Makes things go wrong at random moments, until {@link #heal}. Which kinds a world has is drawn
 * once (swarm testing): rare combinations come up that all kinds together would hide.
 */
final class Faults {
  private static final double SHARE = 0.35;
  private static final int MEAN_MILLIS = 12_000;

  private final World world;
  private final SeededRandomness random;
  private final Operators operators;
  private final Separations between;
  private final Set<Fault> drawn = EnumSet.noneOf(Fault.class);
  private boolean over;

  Faults(World world, SeededRandomness random) {
    this.world = world;
    this.random = random;
    this.operators = new Operators(world, random.split());
    this.between = new Separations(world, random.split());
    boolean several = world.nodes().size() > 1;
    for (Fault fault : Fault.values()) {
      if (random.chance(SHARE) && (several || !fault.isOfClusters())) {
        drawn.add(fault);
      }
    }
  }

  Set<Fault> drawn() {
    return drawn;
  }

  void begin() {
    world.trace().add("faults", drawn.toString());
    drawn.forEach(this::next);
  }

  /** Nothing goes wrong any more, and what was wrong is mended. */
  void heal() {
    over = true;
    world.trace().add("faults", "heal");
    world.links().openAll();
    world.messages().trouble = 0;
    world.quorum().forbid(false);
    for (SimulatedNode node : world.nodes()) {
      node.heal();
      node.machine().heal(world.scenario().withLiveCheck());
      world.startServer(node);
    }
    world.scenario().services().forEach(service -> world.clients().factor(service, 1));
    // What was said before has arrived by then, however late.
    world.time().schedule(Duration.ofSeconds(6), operators::release);
  }

  private void next(Fault fault) {
    double millis = -Math.log(1 - random.nextDouble()) * MEAN_MILLIS;
    world
        .time()
        .schedule(
            Duration.ofMillis(500 + (long) millis),
            () -> {
              if (!over) {
                happen(fault);
                next(fault);
              }
            });
  }

  private void happen(Fault fault) {
    world.trace().add("faults", fault.name());
    switch (fault) {
      case EXIT -> process().ifPresent(this::exit);
      case EXIT_OF_ALL -> {
        ServiceName service = service();
        world.processes().stream()
            .filter(process -> process.instance.service().equals(service))
            .forEach(this::exit);
      }
      case HANG ->
          process()
              .ifPresent(process -> {
                process.hung = true;
                world.sometimes().saw(Sometimes.State.PROCESS_HUNG);
              });
      case FREEZE -> process().ifPresent(this::freeze);
      case SLOW_STARTS -> whileServiceIn(machine -> machine.slow, 15_000);
      case CRASH_LOOP -> whileServiceIn(machine -> machine.crashing, 20_000);
      case FAILED_SPAWNS -> {
        Machine machine = node().machine();
        machine.spawnsFail = true;
        later(8_000, () -> machine.spawnsFail = false);
      }
      case FAILING_HOOKS -> {
        Machine machine = node().machine();
        machine.hooksFail = true;
        later(8_000, () -> machine.hooksFail = false);
      }
      case BROKEN -> process().ifPresent(process -> process.broken = true);
      case LYING_GREEN ->
          process()
              .ifPresent(process -> {
                process.broken = true;
                process.liesGreen = true;
              });
      case LYING_RED -> process().ifPresent(process -> process.liesRed = true);
      case GRANDCHILDREN ->
          process().ifPresent(process -> process.grandchildren = random.nextInt(1, 4));
      case IGNORED_TERM -> process().ifPresent(process -> process.ignoresTerm = true);
      case SERVER_CRASH, DISK_FULL, DISK_STALL, DAMAGED_ENTRY, CLOCK_STEP -> server(fault);
      case BURST -> {
        ServiceName service = service();
        world.clients().factor(service, random.nextInt(2, 6));
        later(20_000, () -> world.clients().factor(service, 1));
      }
      case OPERATOR -> operators.act();
      case NODE_HELD -> operators.holdNode();
      case COORDINATOR_CUT,
          COORDINATOR_SLOW,
          LEADERSHIP_LOST,
          SESSION_LOST,
          COORDINATOR_SILENT,
          LINK_CUT,
          NODE_ISOLATED,
          POWER_CUT,
          MACHINE_FROZEN,
          SERVER_FROZEN,
          QUORUM_LOST,
          MESSAGES_LOST ->
          between.happen(fault);
    }
  }

  private void server(Fault fault) {
    SimulatedNode node = node();
    switch (fault) {
      case SERVER_CRASH -> crash(node);
      case DISK_FULL -> {
        world.sometimes().saw(Sometimes.State.DISK_FULL);
        node.disk().full = true;
        later(10_000, () -> node.disk().full = false);
      }
      case DISK_STALL ->
          node.server()
              .ifPresent(server -> {
                world.sometimes().saw(Sometimes.State.DISK_STALLED);
                server.stallDisk(Duration.ofMillis(random.nextInt(50, 10_000)));
              });
      case DAMAGED_ENTRY -> node.disk().damage(random.nextInt(0, 1_000));
      default -> {
        world.sometimes().saw(Sometimes.State.CLOCK_STEPPED);
        node.clock().stepWallClock(Duration.ofMinutes(random.nextInt(-60, 61)));
      }
    }
  }

  private void exit(SimulatedProcess process) {
    world.sometimes().saw(Sometimes.State.PROCESS_EXITED);
    if (random.chance(0.5)) {
      process.machine.exit(process, OptionalInt.empty(), "KILL");
    } else {
      process.machine.exit(process, OptionalInt.of(random.nextInt(0, 3)), "");
    }
  }

  /** Longer than a check waits, or only for moments. */
  private void freeze(SimulatedProcess process) {
    world.sometimes().saw(Sometimes.State.PROCESS_FROZEN);
    process.hung = true;
    world
        .time()
        .schedule(Duration.ofMillis(random.nextInt(50, 15_000)), () -> process.hung = false);
  }

  private void crash(SimulatedNode node) {
    if (node.server().isPresent()) {
      world.sometimes().saw(Sometimes.State.SERVER_CRASHED);
      node.crashServer();
      later(8_000, () -> world.startServer(node));
    }
  }

  /** On one machine, or, as a bad build does, on all. */
  private void whileServiceIn(Function<Machine, List<ServiceName>> list, int most) {
    ServiceName service = service();
    List<Machine> machines =
        random.chance(0.5)
            ? List.of(node().machine())
            : world.nodes().stream().map(SimulatedNode::machine).toList();
    machines.forEach(machine -> list.apply(machine).add(service));
    later(most, () -> machines.forEach(machine -> list.apply(machine).remove(service)));
  }

  private SimulatedNode node() {
    return world.nodes().get(random.nextInt(0, world.nodes().size()));
  }

  private void later(int mostMillis, Runnable end) {
    world.time().schedule(Duration.ofMillis(random.nextInt(100, mostMillis)), end);
  }

  private ServiceName service() {
    List<ServiceName> services = world.scenario().services();
    return services.get(random.nextInt(0, services.size()));
  }

  private Optional<SimulatedProcess> process() {
    List<SimulatedProcess> alive = new ArrayList<>(world.processes());
    alive.removeIf(process -> !process.alive);
    return alive.isEmpty()
        ? Optional.empty()
        : Optional.of(alive.get(random.nextInt(0, alive.size())));
  }
}
