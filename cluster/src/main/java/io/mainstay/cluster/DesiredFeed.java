package io.mainstay.cluster;

import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.TrafficControl;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Tells the gateway of each deployment that was applied, and of what is diverted. What was stored
 * by an earlier run of the server is passed over until the file that this run was started with has
 * been applied: the gateway has that one from the start. Changes come on one thread, its mailbox;
 * {@link #current} from any.
 */
public final class DesiredFeed implements Coordinator.Listener {
  private final TrafficControl traffic;
  private final boolean serves;
  private final Memory memory;
  private volatile Deployment current = Deployment.empty(Path.of("/"));
  private List<Overrides.Diversion> diverted = List.of();
  private boolean caughtUp;
  private long generation;

  /** What was diverted last, over the lives of a server. */
  public interface Memory {
    /** As it was kept last; empty if nothing was, or nobody knows. */
    List<Overrides.Diversion> last();

    /** Keeps it; returns at once. */
    void keep(List<Overrides.Diversion> diversions);

    /** Remembers nothing. */
    Memory NONE =
        new Memory() {
          @Override
          public List<Overrides.Diversion> last() {
            return List.of();
          }

          @Override
          public void keep(List<Overrides.Diversion> diversions) {
            // Nobody will ask.
          }
        };
  }

  /** For a gateway that takes traffic; nothing is told before {@link #begin}. */
  public DesiredFeed(TrafficControl traffic) {
    this(traffic, true, Memory.NONE);
  }

  /**
   * For the gateway of this node.
   *
   * @param serves whether it takes traffic; that of a witness opens nothing
   * @param memory of what is diverted: it counts from the start until the coordinator is heard
   */
  public DesiredFeed(TrafficControl traffic, boolean serves, Memory memory) {
    this.traffic = traffic;
    this.serves = serves;
    this.memory = memory;
  }

  /**
   * Opens what the file asks for, before anything is known of the coordinator. Without a file the
   * coordinator's word counts from the first on.
   */
  public void begin(Optional<Deployment> file) {
    caughtUp = file.isEmpty();
    // Before listeners open: what was diverted does not go through meanwhile.
    diverted = memory.last();
    if (serves) {
      traffic.divert(diverted);
    }
    file.ifPresent(deployment -> {
      current = deployment;
      configure(deployment);
    });
  }

  /** What is applied now. */
  public Deployment current() {
    return current;
  }

  @Override
  public void changed(Coordinator.State state) {
    deployed(state);
    divert(state.overrides().diversions());
  }

  private void divert(List<Overrides.Diversion> diversions) {
    if (diversions.equals(diverted)) {
      return;
    }
    diverted = diversions;
    memory.keep(diversions);
    if (serves) {
      traffic.divert(diversions);
    }
  }

  private void deployed(Coordinator.State state) {
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
        configure(applied);
      }
    }
  }

  private void configure(Deployment deployment) {
    if (serves) {
      traffic.configure(deployment);
    }
  }

  @Override
  public void connection(boolean connected, String reason) {
    // The last deployment holds.
  }
}
