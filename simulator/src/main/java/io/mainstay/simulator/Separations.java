package io.mainstay.simulator;

import io.mainstay.testkit.SeededRandomness;
import java.time.Duration;
import java.util.List;

/** Faults that part machines from each other, from the coordinator, or from time itself. */
final class Separations {
  private final World world;
  private final SeededRandomness random;

  Separations(World world, SeededRandomness random) {
    this.world = world;
    this.random = random;
  }

  void happen(Fault fault) {
    SimulatedNode node = node();
    switch (fault) {
      case COORDINATOR_CUT -> {
        saw(Sometimes.State.COORDINATOR_CUT);
        node.cutCoordinator();
        later(12_000, node::mendCoordinator);
      }
      case COORDINATOR_SILENT -> {
        saw(Sometimes.State.COORDINATOR_SILENT);
        int way = random.nextInt(0, 3);
        node.silenceCoordinator(way != 1, way != 0);
        later(25_000, node::mendCoordinator);
      }
      case COORDINATOR_SLOW ->
          node.server()
              .ifPresent(server -> {
                server.slowness(Duration.ofMillis(random.nextInt(20, 1_500)));
                later(10_000, () -> server.slowness(Duration.ofMillis(5)));
              });
      case LEADERSHIP_LOST ->
          world
              .decider()
              .ifPresent(server -> {
                saw(Sometimes.State.LEADERSHIP_LOST);
                server.coordinator().loseLeadership("somebody took it");
              });
      case SESSION_LOST ->
          node.server()
              .ifPresent(server -> {
                saw(Sometimes.State.SESSION_LOST);
                server.coordinator().loseSession();
              });
      case LINK_CUT -> cutLink(node, other(node));
      case NODE_ISOLATED -> isolate(node);
      case POWER_CUT -> {
        saw(Sometimes.State.POWER_CUT);
        node.cutPower(Duration.ofMillis(random.nextInt(0, 8_000)));
        later(40_000, () -> powerOn(node));
      }
      case MACHINE_FROZEN -> {
        saw(Sometimes.State.MACHINE_FROZEN);
        node.freezeMachine(true);
        later(25_000, () -> node.freezeMachine(false));
      }
      case SERVER_FROZEN -> {
        saw(Sometimes.State.SERVER_FROZEN);
        node.freezeServer(true);
        later(20_000, () -> node.freezeServer(false));
      }
      case QUORUM_LOST -> {
        world.quorum().forbid(true);
        later(30_000, () -> world.quorum().forbid(false));
      }
      default -> {
        world.messages().trouble = random.nextDouble() * 0.5;
        later(20_000, () -> world.messages().trouble = 0);
      }
    }
  }

  private void cutLink(SimulatedNode one, SimulatedNode other) {
    boolean bothWays = random.chance(0.5);
    saw(bothWays ? Sometimes.State.LINK_CUT : Sometimes.State.LINK_CUT_ONE_WAY);
    world.trace().add("links", one.name() + (bothWays ? " x " : " x> ") + other.name());
    world.links().block(one.name(), other.name());
    if (bothWays) {
      world.links().block(other.name(), one.name());
    }
    later(
        25_000,
        () -> {
          world.links().open(one.name(), other.name());
          world.links().open(other.name(), one.name());
        });
  }

  /** From all others, each way or one, and from the coordinator. */
  private void isolate(SimulatedNode node) {
    saw(Sometimes.State.NODE_ISOLATED);
    int way = random.nextInt(0, 3);
    boolean out = way != 1;
    boolean in = way != 0;
    world.trace().add("links", node.name() + " alone" + (out ? ", out" : "") + (in ? ", in" : ""));
    for (SimulatedNode other : world.nodes()) {
      if (out) {
        world.links().block(node.name(), other.name());
      }
      if (in) {
        world.links().block(other.name(), node.name());
      }
    }
    node.silenceCoordinator(out, in);
    later(
        40_000,
        () -> {
          for (SimulatedNode other : world.nodes()) {
            world.links().open(node.name(), other.name());
            world.links().open(other.name(), node.name());
          }
          node.mendCoordinator();
        });
  }

  /** The machine comes up first, its server a little later. */
  private void powerOn(SimulatedNode node) {
    node.machine().powerOn();
    later(3_000, () -> world.startServer(node));
  }

  private void saw(Sometimes.State state) {
    world.sometimes().saw(state);
  }

  private void later(int mostMillis, Runnable end) {
    world.time().schedule(Duration.ofMillis(random.nextInt(100, mostMillis)), end);
  }

  private SimulatedNode node() {
    return world.nodes().get(random.nextInt(0, world.nodes().size()));
  }

  private SimulatedNode other(SimulatedNode node) {
    List<SimulatedNode> others = world.nodes().stream().filter(one -> one != node).toList();
    return others.get(random.nextInt(0, others.size()));
  }
}
