package io.mainstay.zookeeper;

import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Coordinator.State;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Keeps what a coordinator tells. */
final class Watching implements Coordinator.Listener, AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(25);
  private final ThreadMailbox mailbox = new ThreadMailbox();
  private final List<State> states = new CopyOnWriteArrayList<>();
  private final List<Boolean> connections = new CopyOnWriteArrayList<>();
  private final Coordinator.Subscription subscription;

  Watching(Coordinator coordinator) {
    subscription = coordinator.subscribe(mailbox, this);
  }

  /** Whether the newest state came to fit. */
  boolean await(Predicate<State> condition) {
    return Waiting.until(() -> !states.isEmpty() && condition.test(states.getLast()), LIMIT);
  }

  List<State> states() {
    return states;
  }

  State newest() {
    return states.getLast();
  }

  List<Boolean> connections() {
    return connections;
  }

  @Override
  public void changed(State state) {
    states.add(state);
  }

  @Override
  public void connection(boolean connected, String reason) {
    connections.add(connected);
  }

  @Override
  public void close() {
    subscription.close();
    mailbox.close();
  }
}
