package io.mainstay.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.ports.NodeReport;
import io.mainstay.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GatheredSignalsTest {
  private static final ServiceName SHOP = new ServiceName("shop");
  private final VirtualTime time = new VirtualTime();
  private final GatheredSignals gathered =
      new GatheredSignals(new NodeName("n1"), List::of, List::of, time);

  @Test
  void holdsTheLoadOfANodeThatFellSilentButNotItsEvidence() {
    gathered.accept(
        new NodeReport(new NodeName("n2"), List.of(shop()), List.of(), List.of(), List.of()));
    assertThat(gathered.signals()).hasSize(1);
    assertThat(gathered.fresh()).isEqualTo(gathered.signals());
    time.runFor(Duration.ofSeconds(3));
    assertThat(gathered.signals()).hasSize(1);
    assertThat(gathered.fresh()).isEmpty();
  }

  private static ServiceSignals shop() {
    return new ServiceSignals(
        SHOP,
        20,
        1,
        0,
        0,
        List.of(
            new InstanceSignals(
                new InstanceId(SHOP, 2),
                1,
                1,
                20,
                0,
                Duration.ofMillis(20),
                100,
                Optional.empty(),
                true)));
  }
}
