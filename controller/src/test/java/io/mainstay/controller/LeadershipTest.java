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

class LeadershipTest {
  private static final NodeName NODE = new NodeName("n1");
  private static final NodeName WITNESS = new NodeName("n3");

  private final VirtualTime time = new VirtualTime();
  private final MemoryEnsemble ensemble = new MemoryEnsemble(time);
  private final ControllerSettings settings = ControllerSettings.of("0.1.0");

  private Controller controller(
      NodeName node, MemoryCoordinator coordinator, ControllerSettings with) {
    Controller made =
        new Controller(
            node,
            coordinator,
            List::of,
            List::of,
            new MemoryEventJournal(),
            time.mailbox("controller of " + node),
            time,
            new SeededRandomness(1),
            with);
    made.start();
    time.runFor(Duration.ofSeconds(10));
    return made;
  }

  @Test
  void namesNoLeaderButSinceWhenNobodyCanKnow() {
    MemoryCoordinator coordinator = ensemble.connect();
    Controller controller = controller(NODE, coordinator, settings);
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

  @Test
  void aWitnessSeesWhoLeadsAndNeverDoes() {
    Controller witness = controller(WITNESS, ensemble.connect(), settings.asWitness());
    assertThat(witness.status().leader()).isEmpty();
    Controller first = controller(NODE, ensemble.connect(), settings);
    assertThat(witness.status().leader()).contains(NODE);
    first.close();
    time.runFor(Duration.ofSeconds(60));
    assertThat(witness.status().leader()).isEmpty();
  }
}
