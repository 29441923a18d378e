package io.mainstay.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.Observed;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Coordinator.State;
import io.mainstay.ports.Mailbox;
import io.mainstay.testkit.CoordinatorContract;
import io.mainstay.testkit.MemoryCoordinator;
import io.mainstay.testkit.MemoryEnsemble;
import io.mainstay.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** It keeps every promise of a coordinator, and one more. */
class OwnNodeFirstTest extends CoordinatorContract {
  private static final NodeName SELF = new NodeName("self");

  @Override
  protected Setup open() {
    return new VirtualSetup();
  }

  private static List<State> states(VirtualSetup setup) {
    List<State> states = new ArrayList<>();
    setup
        .first()
        .subscribe(
            setup.mailbox(),
            new Coordinator.Listener() {
              @Override
              public void changed(State state) {
                states.add(state);
              }

              @Override
              public void connection(boolean connected, String reason) {}
            });
    setup.time.runFor(Duration.ofSeconds(1));
    return states;
  }

  @Test
  void tellsWhatThisNodesAgentSaysWhileTheCoordinatorIsAway() {
    VirtualSetup setup = new VirtualSetup();
    List<State> states = states(setup);
    setup.cut();
    Observed news = observed(SELF, 7);
    setup.first().writeObserved(news, setup.mailbox(), result -> {});
    setup.time.runFor(Duration.ofSeconds(1));
    assertThat(states.getLast().observed()).containsExactly(news);
  }

  private static final class VirtualSetup implements Setup {
    private final VirtualTime time = new VirtualTime();
    private final Mailbox mailbox = time.mailbox("test");
    private final MemoryEnsemble ensemble = new MemoryEnsemble(time);
    private final MemoryCoordinator inner = ensemble.connect();
    private final MemoryCoordinator second = ensemble.connect();
    private final Coordinator first = new OwnNodeFirst(inner, SELF);

    VirtualSetup() {
      inner.delay(() -> Duration.ofMillis(5));
      second.delay(() -> Duration.ofMillis(5));
    }

    @Override
    public Coordinator first() {
      return first;
    }

    @Override
    public Coordinator second() {
      return second;
    }

    @Override
    public Mailbox mailbox() {
      return mailbox;
    }

    @Override
    public boolean runUntil(BooleanSupplier condition, Duration limit) {
      return time.runUntil(condition, limit);
    }

    @Override
    public void cut() {
      inner.cut();
      second.cut();
    }

    @Override
    public void mend() {
      inner.mend();
      second.mend();
    }

    @Override
    public void close() {}
  }
}
