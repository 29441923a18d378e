package io.mainstay.zookeeper;

import io.mainstay.model.state.NodePresence;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The nodes that are registered here. All methods on the coordinator's thread. */
final class Registrations {
  private static final Logger LOG = LoggerFactory.getLogger(Registrations.class);
  private static final Duration RETRY = Duration.ofMillis(500);

  private final CoordinatorThread thread;
  private final Supplier<Optional<ZooKeeper>> client;
  private final List<Registration> all = new CopyOnWriteArrayList<>();

  /**
   * None yet.
   *
   * @param thread on which it tries again
   * @param client empty while the coordinator cannot be reached
   */
  Registrations(CoordinatorThread thread, Supplier<Optional<ZooKeeper>> client) {
    this.thread = thread;
    this.client = client;
  }

  void add(Registration registration) {
    all.add(registration);
    ensure(registration);
  }

  /** Called after the registration was closed. */
  void remove(Registration registration) {
    all.remove(registration);
    client
        .get()
        .ifPresent(now -> {
          try {
            registration.end(now);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (KeeperException e) {
            LOG.debug("the session node goes with the session", e);
          }
        });
  }

  /** After each connection: the session may be a new one. */
  void ensureAll() {
    all.forEach(this::ensure);
  }

  /** After each change: whoever had taken a name over may be gone. */
  void changed(List<NodePresence> nodes) {
    for (Registration registration : all) {
      boolean present =
          nodes.stream()
              .anyMatch(node -> node.record().name().equals(registration.node()) && node.present());
      if (!present) {
        ensure(registration);
      }
    }
  }

  private void ensure(Registration registration) {
    Optional<ZooKeeper> now = client.get();
    if (now.isEmpty()) {
      return;
    }
    try {
      registration.ensure(now.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (KeeperException e) {
      LOG.debug("cannot register {} yet", registration.node(), e);
      thread.schedule(RETRY, () -> ensure(registration));
    }
  }
}
