package io.mainstay.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.Coordinator.State;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorldTest {
  private static final Desired FIRST =
      new Desired(1, Deployment.empty(Path.of("/first")), List.of());
  private static final Desired SECOND =
      new Desired(2, Deployment.empty(Path.of("/second")), List.of());

  private final World world = new World();

  private static State told(Optional<Desired> desired, long version) {
    return new State(desired, version, Overrides.NONE, 0, List.of(), List.of(), List.of());
  }

  @Test
  void whatWasWrittenIsNotTakenBackByOlderNews() {
    world.state(told(Optional.empty(), 0));
    world.desiredWritten(FIRST, 1);
    world.state(told(Optional.empty(), 0));
    assertThat(world.desired()).contains(FIRST);
    world.state(told(Optional.of(FIRST), 1));
    assertThat(world.desired()).contains(FIRST);
  }

  @Test
  void whatSomebodyElseWroteLaterCounts() {
    world.state(told(Optional.empty(), 0));
    world.desiredWritten(FIRST, 1);
    world.state(told(Optional.of(SECOND), 2));
    assertThat(world.desired()).contains(SECOND);
  }

  @Test
  void aCoordinatorThatBeginsAnewIsBelievedAfterTheBreak() {
    world.state(told(Optional.empty(), 0));
    world.desiredWritten(FIRST, 1);
    world.connected(false, Instant.EPOCH);
    world.connected(true, Instant.EPOCH);
    world.state(told(Optional.empty(), 0));
    assertThat(world.desired()).isEmpty();
  }
}
