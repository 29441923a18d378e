package io.mainstay.simulator;

import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.testkit.SeededRandomness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** People who act on a world: they restart, drain, scale, pause and apply newer files. */
final class Operators {
  private static final Actor WHO = Actor.operator("sim");

  private final World world;
  private final SeededRandomness random;
  private final List<InstanceId> held = new ArrayList<>();

  Operators(World world, SeededRandomness random) {
    this.world = world;
    this.random = random;
  }

  /** One act at random. */
  void act() {
    List<InstanceId> instances = instances();
    if (instances.isEmpty()) {
      return;
    }
    world.sometimes().saw(Sometimes.State.OPERATOR_ACTED);
    InstanceId instance = instances.get(random.nextInt(0, instances.size()));
    ServiceName service = instance.service();
    Optional<Duration> lasting = Optional.of(Duration.ofSeconds(random.nextInt(2, 20)));
    int number = world.scenario().services().indexOf(service);
    switch (random.nextInt(0, 8)) {
      case 0 -> submit(new Command.RestartInstance(instance, false, "try it"));
      case 1 -> submit(new Command.RestartService(service, false, "try it"));
      case 2 -> {
        held.add(instance);
        submit(new Command.Drain(instance, lasting, false, "look at it"));
      }
      case 3 -> {
        held.add(instance);
        submit(new Command.Isolate(instance, lasting, false, "look at it"));
      }
      case 4 -> submit(new Command.Scale(service, random.nextInt(1, 5), lasting, false, "a sale"));
      case 5 -> submit(new Command.Pause(Optional.of(service), lasting, "hands off"));
      case 6 -> {
        world.scenario().newVersion(number);
        world.sometimes().saw(Sometimes.State.ROLLED_OUT);
        world.apply(world.scenario().deployment());
      }
      default -> {
        int min = random.nextInt(1, 4);
        world.scenario().replicas(number, min, min + random.nextInt(0, 3));
        world.apply(world.scenario().deployment());
      }
    }
  }

  /** Takes back what was held, paused or scaled by hand. */
  void release() {
    held.forEach(instance -> submit(new Command.Release(instance, "done")));
    held.clear();
    submit(new Command.Resume(Optional.empty(), "done"));
    world
        .scenario()
        .services()
        .forEach(service -> submit(new Command.Resume(Optional.of(service), "done")));
  }

  private void submit(Command command) {
    world
        .server()
        .ifPresent(server ->
            server.submit(
                command,
                WHO,
                result -> {
                  if (result instanceof CommandResult.Refused) {
                    world.sometimes().saw(Sometimes.State.REMEDY_REFUSED);
                  }
                  world.trace().add("operator", result.toString());
                }));
  }

  private List<InstanceId> instances() {
    return world.ensemble().state().assignments().stream()
        .map(Assignments::instances)
        .flatMap(List::stream)
        .map(Assignment::id)
        .filter(id -> world.scenario().services().contains(id.service()))
        .toList();
  }
}
