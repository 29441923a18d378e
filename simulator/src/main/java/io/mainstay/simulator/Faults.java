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
  private final Set<Fault> drawn = EnumSet.noneOf(Fault.class);
  private boolean over;

  Faults(World world, SeededRandomness random) {
    this.world = world;
    this.random = random;
    this.operators = new Operators(world, random.split());
    for (Fault fault : Fault.values()) {
      if (random.chance(SHARE)) {
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
    world.machine().heal(world.scenario().withLiveCheck());
    world.disk().full = false;
    world.scenario().services().forEach(service -> world.clients().factor(service, 1));
    world.startServer();
    world
        .server()
        .ifPresent(server -> {
          server.slowness(Duration.ofMillis(5));
          server.coordinator().mend();
        });
    operators.release();
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
        world.machine().groups().stream()
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
      case SLOW_STARTS -> whileServiceIn(world.machine().slow, 15_000);
      case CRASH_LOOP -> whileServiceIn(world.machine().crashing, 20_000);
      case FAILED_SPAWNS -> {
        world.machine().spawnsFail = true;
        later(8_000, () -> world.machine().spawnsFail = false);
      }
      case FAILING_HOOKS -> {
        world.machine().hooksFail = true;
        later(8_000, () -> world.machine().hooksFail = false);
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
      case COORDINATOR_CUT, COORDINATOR_SLOW, LEADERSHIP_LOST -> coordinator(fault);
      case SERVER_CRASH -> crash();
      case DISK_FULL -> {
        world.sometimes().saw(Sometimes.State.DISK_FULL);
        world.disk().full = true;
        later(10_000, () -> world.disk().full = false);
      }
      case DISK_STALL ->
          world
              .server()
              .ifPresent(server -> {
                world.sometimes().saw(Sometimes.State.DISK_STALLED);
                server.stallDisk(Duration.ofMillis(random.nextInt(50, 10_000)));
              });
      case DAMAGED_ENTRY -> world.disk().damage(random.nextInt(0, 1_000));
      case CLOCK_STEP -> {
        world.sometimes().saw(Sometimes.State.CLOCK_STEPPED);
        world.time().stepWallClock(Duration.ofMinutes(random.nextInt(-60, 61)));
      }
      case BURST -> {
        ServiceName service = service();
        world.clients().factor(service, random.nextInt(2, 6));
        later(20_000, () -> world.clients().factor(service, 1));
      }
      case OPERATOR -> operators.act();
    }
  }

  private void exit(SimulatedProcess process) {
    world.sometimes().saw(Sometimes.State.PROCESS_EXITED);
    if (random.chance(0.5)) {
      world.machine().exit(process, OptionalInt.empty(), "KILL");
    } else {
      world.machine().exit(process, OptionalInt.of(random.nextInt(0, 3)), "");
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

  private void coordinator(Fault fault) {
    Optional<SimulatedServer> server = world.server();
    if (server.isEmpty()) {
      return;
    }
    SimulatedServer running = server.get();
    switch (fault) {
      case COORDINATOR_SLOW -> {
        running.slowness(Duration.ofMillis(random.nextInt(20, 1_500)));
        later(10_000, () -> running.slowness(Duration.ofMillis(5)));
      }
      case LEADERSHIP_LOST -> {
        world.sometimes().saw(Sometimes.State.LEADERSHIP_LOST);
        running.coordinator().loseLeadership("somebody took it");
      }
      default -> {
        world.sometimes().saw(Sometimes.State.COORDINATOR_CUT);
        running.coordinator().cut();
        later(12_000, () -> running.coordinator().mend());
      }
    }
  }

  private void crash() {
    if (world.server().isPresent()) {
      world.sometimes().saw(Sometimes.State.SERVER_CRASHED);
      world.crashServer();
      later(8_000, world::startServer);
    }
  }

  private void whileServiceIn(List<ServiceName> list, int most) {
    ServiceName service = service();
    list.add(service);
    later(most, () -> list.remove(service));
  }

  private void later(int mostMillis, Runnable end) {
    world.time().schedule(Duration.ofMillis(random.nextInt(100, mostMillis)), end);
  }

  private ServiceName service() {
    List<ServiceName> services = world.scenario().services();
    return services.get(random.nextInt(0, services.size()));
  }

  private Optional<SimulatedProcess> process() {
    List<SimulatedProcess> alive = new ArrayList<>(world.machine().groups());
    alive.removeIf(process -> !process.alive);
    return alive.isEmpty()
        ? Optional.empty()
        : Optional.of(alive.get(random.nextInt(0, alive.size())));
  }
}
