package io.mainstay.zookeeper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * How many servers shall carry the coordination: kept by the cluster, so that all of them agree. It
 * only grows. Any thread.
 */
final class SeatCount {
  private static final String NAME = "seats";

  private final ZooKeeperCoordinator coordinator;
  private final int usual;
  private volatile Optional<Integer> asked = Optional.empty();

  /**
   * Counts for the cluster of {@code coordinator}.
   *
   * @param usual while nobody asked for more
   */
  SeatCount(ZooKeeperCoordinator coordinator, int usual) {
    this.coordinator = coordinator;
    this.usual = usual;
  }

  /** As it was heard last. */
  int now() {
    return coordinator
        .known(coordinator.paths().thing(NAME))
        .map(node -> new String(node.getData(), StandardCharsets.UTF_8))
        .filter(text -> text.matches("[1-9][0-9]?"))
        .map(Integer::parseInt)
        .map(stored -> Math.max(usual, stored))
        .orElse(usual);
  }

  /** An operator asks for that many. */
  void ask(int seats) {
    asked = Optional.of(seats);
  }

  /** Stores what was asked for, once everything is known; tries again until it is stored. */
  void settle() throws IOException {
    Optional<Integer> wanted = asked;
    if (wanted.isPresent()) {
      if (wanted.get() > now()) {
        coordinator.store().put(NAME, wanted.get().toString().getBytes(StandardCharsets.UTF_8));
      }
      asked = Optional.empty();
    }
  }
}
