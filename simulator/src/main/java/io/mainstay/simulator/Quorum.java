package io.mainstay.simulator;

import io.mainstay.model.MonotonicTime;
import io.mainstay.testkit.SeededRandomness;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whether the servers that carry the coordination are enough: most of the first three must work and
 * be heard. Two machines have a third vote elsewhere. Without it nothing is stored.
 */
final class Quorum {
  private static final int VOTERS = 3;

  private final World world;
  private final SeededRandomness random;
  private Optional<MonotonicTime> lostAt = Optional.empty();
  private boolean forbidden;
  private boolean wanted = true;
  private long turns;

  Quorum(World world, SeededRandomness random) {
    this.world = world;
    this.random = random;
  }

  /** Takes it away, or gives it back as far as the machines allow. */
  void forbid(boolean now) {
    forbidden = now;
    look();
  }

  /** Looks at the machines anew. */
  void look() {
    boolean now = !forbidden && isEnough();
    if (now == wanted) {
      return;
    }
    wanted = now;
    long turn = ++turns;
    // Finding out takes a moment, electing some more.
    int millis = now ? random.nextInt(200, 3_000) : random.nextInt(1, 500);
    world
        .time()
        .schedule(
            Duration.ofMillis(millis),
            () -> {
              if (turn == turns) {
                turn(now);
              }
            });
  }

  private void turn(boolean regained) {
    if (regained == world.ensemble().isAvailable()) {
      return;
    }
    world.trace().add("quorum", regained ? "regained" : "lost");
    if (regained) {
      world.sometimes().saw(Sometimes.State.QUORUM_REGAINED);
      lostAt = Optional.empty();
      world.ensemble().resume();
    } else {
      world.sometimes().saw(Sometimes.State.QUORUM_LOST);
      lostAt = Optional.of(world.time().now());
      world.ensemble().stop();
    }
  }

  private boolean isEnough() {
    List<SimulatedNode> nodes = world.nodes();
    if (nodes.size() == 1) {
      return true;
    }
    int all = 0;
    int heard = 0;
    for (SimulatedNode node : nodes.subList(0, Math.min(VOTERS, nodes.size()))) {
      all++;
      heard += node.isHeard() ? 1 : 0;
    }
    if (nodes.size() == 2) {
      all++;
      heard++;
    }
    return heard > all / 2;
  }

  /** Since when it is lost, if it is. */
  Optional<MonotonicTime> lostAt() {
    return lostAt;
  }
}
