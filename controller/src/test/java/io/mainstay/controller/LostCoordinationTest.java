package io.mainstay.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.NodeName;
import io.mainstay.testkit.MemoryCoordinator;
import io.mainstay.testkit.MemoryEnsemble;
import io.mainstay.testkit.MemoryEventJournal;
import io.mainstay.testkit.SeededRandomness;
import io.mainstay.testkit.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LostCoordinationTest {
  private static final NodeName NODE = new NodeName("n1");

  @Test
  void namesNoLeaderButSinceWhenNobodyCanKnow() {
    VirtualTime time = new VirtualTime();
    MemoryCoordinator coordinator = new MemoryEnsemble(time).connect();
    Controller controller =
        new Controller(
            NODE,
            coordinator,
            List::of,
            List::of,
            new MemoryEventJournal(),
            time.mailbox("controller"),
            time,
            new SeededRandomness(1),
            ControllerSettings.of("0.1.0"));
    controller.start();
    time.runFor(Duration.ofSeconds(10));
    assertThat(controller.status().leader()).contains(NODE);
    assertThat(controller.status().coordinationLost()).isEmpty();
    Instant lost = time.wallClock();
    coordinator.cut();
    time.runFor(Duration.ofSeconds(30));
    assertThat(controller.status().leader()).isEmpty();
    assertThat(controller.status().coordinationLost().orElseThrow())
        .isBetween(lost, lost.plusSeconds(2));
    // Whoever reports traffic goes on with the last one.
    assertThat(controller.lastLeader()).contains(NODE);
    coordinator.mend();
    time.runFor(Duration.ofSeconds(10));
    assertThat(controller.status().leader()).contains(NODE);
    assertThat(controller.status().coordinationLost()).isEmpty();
  }
}
