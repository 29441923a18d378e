package io.mainstay.simulator;

import io.mainstay.model.ServiceName;
import io.mainstay.testkit.SeededRandomness;
import java.time.Duration;
import java.util.TreeMap;

/** Sends requests at random moments, each service at a rate of its own. */
final class Clients {
  private static final double POSTS = 0.3;

  private final World world;
  private final SeededRandomness random;
  private final TreeMap<ServiceName, Integer> factors = new TreeMap<>();

  Clients(World world, SeededRandomness random) {
    this.world = world;
    this.random = random;
  }

  void begin() {
    world.scenario().services().forEach(this::next);
  }

  /** Multiplies the load of a service; 1: the usual. */
  void factor(ServiceName service, int factor) {
    factors.put(service, factor);
  }

  private void next(ServiceName service) {
    double rate =
        world.scenario().rates().getOrDefault(service, 1) * factors.getOrDefault(service, 1);
    double seconds = -Math.log(1 - random.nextDouble()) / rate;
    world
        .time()
        .schedule(
            Duration.ofNanos((long) (seconds * 1e9)),
            () -> {
              world.arrive(service, random.chance(POSTS) ? "POST" : "GET");
              next(service);
            });
  }
}
