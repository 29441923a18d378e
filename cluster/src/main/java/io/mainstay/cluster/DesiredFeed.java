package io.mainstay.cluster;

import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Desired;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.TrafficControl;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Tells the gateway of each deployment that was applied. What was stored by an earlier run of the
 * server is passed over until the file that this run was started with has been applied: the gateway
 * has that one from the start. Changes come on one thread, its mailbox; {@link #current} from any.
 */
public final class DesiredFeed implements Coordinator.Listener {
  private final TrafficControl traffic;
  private volatile Deployment current = Deployment.empty(Path.of("/"));
  private boolean caughtUp;
  private long generation;

  /** Nothing is told before {@link #begin}. */
  public DesiredFeed(TrafficControl traffic) {
    this.traffic = traffic;
  }

  /**
   * Opens what the file asks for, before anything is known of the coordinator. Without a file the
   * coordinator's word counts from the first on.
   */
  public void begin(Optional<Deployment> file) {
    caughtUp = file.isEmpty();
    file.ifPresent(deployment -> {
      current = deployment;
      traffic.configure(deployment);
    });
  }

  /** What is applied now. */
  public Deployment current() {
    return current;
  }

  @Override
  public void changed(Coordinator.State state) {
    Optional<Desired> desired = state.desired();
    if (desired.isEmpty()) {
      return;
    }
    Deployment applied = desired.get().deployment();
    if (!caughtUp && !applied.equals(current)) {
      return;
    }
    caughtUp = true;
    if (desired.get().generation() > generation) {
      generation = desired.get().generation();
      if (!applied.equals(current)) {
        current = applied;
        traffic.configure(applied);
      }
    }
  }

  @Override
  public void connection(boolean connected, String reason) {
    // The last deployment holds.
  }
}
