package io.mainstay.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.model.state.Phase;
import io.mainstay.ports.Coordinator;
import io.mainstay.testkit.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RemoteThawingTest {
  private final VirtualTime time = new VirtualTime();
  private final List<Address> asked = new ArrayList<>();
  private final TreeSet<Address> deaf =
      new TreeSet<>(java.util.Comparator.comparing(Address::host));
  private final KnownNodes nodes = new KnownNodes();
  private final RemoteThawing thawing =
      new RemoteThawing(
          States.node(1),
          nodes,
          (node, service, reason) -> {
            asked.add(node);
            return deaf.contains(node)
                ? CompletableFuture.failedFuture(new IOException("no route"))
                : CompletableFuture.completedFuture("");
          },
          time.mailbox("server"));

  private void standbys(Phase first, Phase second, Phase third) {
    changed(
        States.state(
            List.of(States.presence(1, true), States.presence(2, true), States.presence(3, true)),
            List.of(
                States.observed(1, 1, first),
                States.observed(2, 3, second),
                States.observed(3, 2, third))));
  }

  private void changed(Coordinator.State state) {
    nodes.changed(state);
    thawing.changed(state);
  }

  private void wanted() {
    thawing.wanted(States.SHOP, "1 more should serve than do");
    time.runFor(Duration.ofSeconds(5));
  }

  @Test
  void asksTheNodeOfTheFirstFrozenStandbyByName() {
    standbys(Phase.READY, Phase.FROZEN, Phase.FROZEN);
    wanted();
    assertThat(asked).containsExactly(States.api(3));
  }

  @Test
  void leavesItToTheOwnAgentIfThereIsOneHere() {
    standbys(Phase.FROZEN, Phase.FROZEN, Phase.FROZEN);
    wanted();
    assertThat(asked).isEmpty();
  }

  @Test
  void goesOnToTheNextNodeIfOneIsNotReached() {
    standbys(Phase.READY, Phase.FROZEN, Phase.FROZEN);
    deaf.add(States.api(3));
    wanted();
    assertThat(asked).containsExactly(States.api(3), States.api(2));
  }

  @Test
  void asksNobodyWithoutAFrozenStandbyOrWithoutANodeThatIsThere() {
    standbys(Phase.READY, Phase.READY, Phase.READY);
    wanted();
    changed(
        States.state(
            List.of(States.presence(2, false)), List.of(States.observed(2, 3, Phase.FROZEN))));
    wanted();
    assertThat(asked).isEmpty();
  }
}
