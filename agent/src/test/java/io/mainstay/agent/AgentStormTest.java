package io.mainstay.agent;

import static io.mainstay.testkit.ServiceFixture.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.EventKind;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import io.mainstay.testkit.FakeProcess;
import io.mainstay.testkit.FakeProgram;
import io.mainstay.testkit.SeededRandomness;
import io.mainstay.testkit.ServiceFixture;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Seeded storms of everything that can happen to a node, then calm. */
final class AgentStormTest {
  private static final List<String> NAMES = List.of("shop-1", "shop-2", "shop-3", "jobs-1");

  @Test
  void neverMakesATwinAndEndsAsAsked() {
    TreeSet<EventKind> seen = new TreeSet<>();
    for (long seed = 1; seed <= 60; seed++) {
      storm(seed, seen);
    }
    assertThat(seen)
        .as("the storms reach what matters")
        .contains(
            EventKind.INSTANCE_ADOPTED,
            EventKind.INSTANCE_PARKED,
            EventKind.INSTANCE_KILLED,
            EventKind.INSTANCE_NOT_READY,
            EventKind.INSTANCE_START_FAILED,
            EventKind.INSTANCE_ISOLATED,
            EventKind.STANDBY_READY,
            EventKind.STANDBY_REHEARSED,
            EventKind.DISK_FULL);
  }

  private static void storm(long seed, TreeSet<EventKind> seen) {
    SeededRandomness random = new SeededRandomness(seed);
    AgentWorld world = new AgentWorld(seed);
    world.service(1, shop(random));
    world.service(1, jobs());
    for (int turn = 0; turn < 120; turn++) {
      disturb(world, random);
      world.runFor(Duration.ofMillis(random.nextInt(0, 4000)));
      assertThat(world.machine.violations()).as("seed %d", seed).isEmpty();
    }
    assertThat(world.events.all()).as("seed %d", seed).allMatch(event -> !event.reason().isBlank());
    int starts = NAMES.stream().mapToInt(name -> world.machine.starts(AgentWorld.id(name))).sum();
    assertThat(starts).as("bounded restarts, seed %d", seed).isLessThan(250);
    calm(world, seed);
    world.events.all().forEach(event -> seen.add(event.kind()));
  }

  private static ServiceSpec shop(SeededRandomness random) {
    ServiceFixture shop =
        service("shop")
            .standby(1, StandbyMode.values()[random.nextInt(0, StandbyMode.values().length)])
            .rehearse(Duration.ofSeconds(3))
            .stop(Duration.ofSeconds(2), Duration.ofSeconds(1));
    if (random.chance(0.5)) {
      shop.hooks("setup", "start", "ready", "drain", "stop");
    }
    if (random.chance(0.5)) {
      Checks.Probe tcp = new Checks.Probe.Tcp(Optional.empty(), Optional.empty());
      shop.startup(
          ServiceFixture.check(tcp, Duration.ofMillis(500), Optional.of(Duration.ofSeconds(5))));
    }
    return shop.build();
  }

  private static ServiceSpec jobs() {
    return service("jobs")
        .run("work")
        .port(new io.mainstay.model.spec.PortPolicy.None())
        .ready(Optional.empty())
        .dependsOn("shop")
        .build();
  }

  private static void disturb(AgentWorld world, SeededRandomness random) {
    String name = NAMES.get(random.nextInt(0, NAMES.size()));
    switch (random.nextInt(0, 13)) {
      case 0, 1, 2 -> {
        Role role = random.chance(0.6) ? Role.SERVING : Role.STANDBY;
        Directive directive =
            random.chance(0.7)
                ? Directive.RUN
                : Directive.values()[random.nextInt(0, Directive.values().length)];
        long generation =
            random.chance(0.2)
                ? world.observed(name).map(observed -> observed.generation() + 1).orElse(0L)
                : 0;
        world.want(name, role, directive, generation).assign();
      }
      case 3 -> world.machine.exit(AgentWorld.id(name), random.nextInt(0, 2));
      case 4 -> world.machine.kill(AgentWorld.id(name));
      case 5 ->
          world
              .machine
              .process(AgentWorld.id(name))
              .ifPresent(process -> process.hang(random.chance(0.5)));
      case 6 -> world.machine.process(AgentWorld.id(name)).ifPresent(FakeProcess::fork);
      case 7 -> world.machine.program(AgentWorld.id(name), program(random));
      case 8 -> world.restart();
      case 9 -> world.coordinator.away(random.chance(0.5));
      case 10 -> world.agent.thawStandby(AgentWorld.id("shop-1").service(), "the storm wants it");
      case 11 -> {
        if (random.chance(0.5)) {
          world.journal.fail("no space left on device");
        } else {
          world.journal.recover();
        }
      }
      case 12 -> {
        world.unlist(name);
        world.assign();
      }
      default -> throw new IllegalStateException("no such disturbance");
    }
  }

  private static FakeProgram program(SeededRandomness random) {
    return switch (random.nextInt(0, 6)) {
      case 0 -> FakeProgram.missing("command not found: serve");
      case 1 -> FakeProgram.GOOD.exiting(Duration.ofMillis(random.nextInt(0, 3000)), 1);
      case 2 -> FakeProgram.GOOD.ignoringTerm();
      case 3 -> FakeProgram.GOOD.readyAfter(Duration.ofSeconds(random.nextInt(0, 20)));
      default -> FakeProgram.GOOD;
    };
  }

  /** Without disturbances all must come up; asked to remove all, nothing may be left. */
  private static void calm(AgentWorld world, long seed) {
    world.coordinator.away(false);
    world.journal.recover();
    world.machine.live().forEach(process -> process.hang(false));
    for (String name : NAMES) {
      world.machine.program(AgentWorld.id(name), FakeProgram.GOOD);
      world.want(name, Role.SERVING, Directive.RUN, 0);
    }
    world.assign();
    for (String name : NAMES) {
      assertThat(world.await(name, Phase.READY))
          .as("%s serves, seed %d, is %s", name, seed, world.observed(name))
          .isTrue();
    }
    NAMES.forEach(name -> world.want(name, Role.SERVING, Directive.REMOVE, 0));
    world.assign();
    for (String name : NAMES) {
      assertThat(world.await(name, Phase.STOPPED)).as("%s ends, seed %d", name, seed).isTrue();
      world.time.settle();
      assertThat(world.journal.entry(AgentWorld.id(name))).isEmpty();
    }
    assertThat(world.machine.live()).as("seed %d", seed).isEmpty();
    assertThat(world.machine.leftovers()).as("seed %d", seed).isEmpty();
    assertThat(world.machine.violations()).as("seed %d", seed).isEmpty();
    assertThat(world.count(EventKind.COMPONENT_FAILED)).isZero();
  }
}
