package io.mainstay.simulator;

import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Operation;
import io.mainstay.testkit.SeededRandomness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** People who act on a world: they restart, drain, scale, pause and apply newer files. */
final class Operators {
  private static final Actor WHO = Actor.operator("sim");

  /** Longer than news travels, so that it can be judged. */
  private static final Duration AT_LEAST_DIVERTED = Duration.ofSeconds(15);

  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final World world;
  private final SeededRandomness random;
  private final List<InstanceId> held = new ArrayList<>();
  private final List<NodeName> heldNodes = new ArrayList<>();

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
    switch (random.nextInt(0, 9)) {
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
      case 6 -> divert(service, lasting.map(time -> time.plus(AT_LEAST_DIVERTED)));
      case 7 -> {
        world.scenario().newVersion(number);
        world.sometimes().saw(Sometimes.State.ROLLED_OUT);
        apply();
      }
      default -> {
        int min = random.nextInt(1, 4);
        world.scenario().replicas(number, min, min + random.nextInt(0, 3));
        apply();
      }
    }
  }

  /** Sends requests of a service to another one for a while, all or some. */
  private void divert(ServiceName service, Optional<Duration> lasting) {
    List<ServiceName> others =
        world.scenario().services().stream().filter(other -> !other.equals(service)).toList();
    if (others.isEmpty()) {
      return;
    }
    world.sometimes().saw(Sometimes.State.SERVICE_DIVERTED);
    double share = random.chance(0.5) ? 1 : random.nextInt(1, 100) / 100.0;
    submit(
        new Command.Divert(
            service, Optional.of(others.getFirst()), share, lasting, false, "a try"));
  }

  /** Takes back what was held, paused or scaled by hand, and applies the file as it is now. */
  void release() {
    insist(new Command.Apply(world.deployment(), "the file as it is"));
    held.forEach(instance -> insist(new Command.Release(instance, "done")));
    held.clear();
    heldNodes.forEach(node -> insist(new Command.ReleaseNode(node, "done")));
    heldNodes.clear();
    world.nodes().stream()
        .map(SimulatedNode::zone)
        .filter(zone -> !zone.isEmpty())
        .distinct()
        .forEach(zone -> insist(new Command.EndEvacuation(zone, "done")));
    insist(new Command.Resume(Optional.empty(), "done"));
    world
        .scenario()
        .services()
        .forEach(service -> insist(new Command.Resume(Optional.of(service), "done")));
  }

  private void insist(Command command) {
    insist(command, 30);
  }

  /** Again and again, until somebody decides and does it. */
  private void insist(Command command, int times) {
    if (world.nodes().stream().noneMatch(SimulatedNode::isWorking)) {
      world.time().schedule(AGAIN, () -> insist(command, times));
      return;
    }
    submit(
        command,
        result -> {
          boolean done =
              result instanceof CommandResult.Accepted accepted
                  && accepted.operation().state() != Operation.State.FAILED;
          if (!done && !(result instanceof CommandResult.NotFound) && times > 0) {
            world.time().schedule(AGAIN, () -> insist(command, times - 1));
          }
        });
  }

  private void apply() {
    Deployment newer = world.scenario().deployment();
    world.deployment(newer);
    submit(new Command.Apply(newer, "a newer file"));
  }

  /** Empties a machine for a while, or keeps traffic away from its zone. */
  void holdNode() {
    SimulatedNode node = world.nodes().get(random.nextInt(0, world.nodes().size()));
    Optional<Duration> lasting = Optional.of(Duration.ofSeconds(random.nextInt(2, 20)));
    if (node.zone().isEmpty() || random.chance(0.5)) {
      heldNodes.add(node.name());
      submit(new Command.DrainNode(node.name(), lasting, "look at it"));
    } else {
      world.sometimes().saw(Sometimes.State.ZONE_EVACUATED);
      submit(new Command.Evacuate(node.zone(), lasting, random.chance(0.5), "look at it"));
    }
  }

  /** To any server; one that does not lead hands it on. */
  private void submit(Command command) {
    submit(command, _ -> {});
  }

  private void submit(Command command, Consumer<CommandResult> done) {
    List<SimulatedServer> servers =
        world.nodes().stream()
            .filter(SimulatedNode::isWorking)
            .flatMap(node -> node.server().stream())
            .toList();
    if (servers.isEmpty()) {
      return;
    }
    servers
        .get(servers.size() == 1 ? 0 : random.nextInt(0, servers.size()))
        .submit(
            command,
            WHO,
            result -> {
              if (result instanceof CommandResult.Refused) {
                world.sometimes().saw(Sometimes.State.REMEDY_REFUSED);
              }
              world.trace().add("operator", result.toString());
              done.accept(result);
            });
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
