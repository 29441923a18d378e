package io.mainstay.simulator;

import io.mainstay.model.NodeName;
import io.mainstay.testkit.SeededRandomness;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What servers tell each other beside the coordinator. Faults have some of it lost, late, or
 * arriving twice.
 */
final class Messages {
  private final World world;
  private final SeededRandomness random;

  /** How likely a message is lost, late, or doubled; each for itself. */
  double trouble;

  Messages(World world, SeededRandomness random) {
    this.world = world;
    this.random = random;
  }

  /**
   * Sends; nobody is told of a loss.
   *
   * @param arrived at the server, if one runs there then
   * @param answered back here, if the answer comes through
   */
  void send(NodeName from, NodeName to, Consumer<SimulatedServer> arrived, Runnable answered) {
    if (random.chance(trouble)) {
      world.sometimes().saw(Sometimes.State.MESSAGE_LOST);
      return;
    }
    boolean twice = random.chance(trouble);
    if (twice) {
      world.sometimes().saw(Sometimes.State.MESSAGE_DOUBLED);
      way(() -> world.node(to).server().ifPresent(arrived), from, to);
    }
    way(
        () ->
            world
                .node(to)
                .server()
                .ifPresent(server -> {
                  arrived.accept(server);
                  server.box().post(() -> way(answered, to, from));
                }),
        from,
        to);
  }

  private void way(Runnable arrived, NodeName from, NodeName to) {
    boolean late = random.chance(trouble);
    if (late) {
      world.sometimes().saw(Sometimes.State.MESSAGE_DELAYED);
    }
    Duration takes = Duration.ofMillis(late ? random.nextInt(100, 5_000) : random.nextInt(1, 5));
    world
        .time()
        .schedule(
            takes,
            () -> {
              if (world.links().passes(from, to) && world.node(to).isOn()) {
                arrived.run();
              }
            });
  }
}
