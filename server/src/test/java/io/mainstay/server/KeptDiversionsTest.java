package io.mainstay.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.cluster.DesiredFeed;
import io.mainstay.model.Actor;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Overrides.Diversion;
import io.mainstay.ports.Coordinator.State;
import io.mainstay.spec.JsonModelCodec;
import io.mainstay.testkit.RecordingTrafficControl;
import io.mainstay.testkit.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptDiversionsTest {
  private static final Diversion DIVERSION =
      new Diversion(
          new ServiceName("shop"),
          Optional.of(new ServiceName("lite")),
          0.5,
          Optional.of(Instant.parse("2026-01-01T00:00:00Z")),
          "it fails",
          Actor.operator("ada"));

  @TempDir private Path folder;
  private final VirtualTime time = new VirtualTime();
  private final RecordingTrafficControl gateway = new RecordingTrafficControl(time);

  @Test
  void areToldBeforeTheCoordinatorIsHeard() {
    DesiredFeed before = feed(true);
    before.begin(Optional.empty());
    before.changed(state(List.of(DIVERSION)));
    time.settle();
    assertThat(gateway.diversions()).containsExactly(DIVERSION);
    gateway.divert(List.of());
    DesiredFeed after = feed(true);
    after.begin(Optional.empty());
    assertThat(gateway.diversions()).containsExactly(DIVERSION);
    after.changed(state(List.of()));
    time.settle();
    assertThat(gateway.diversions()).isEmpty();
    assertThat(memory().last()).isEmpty();
  }

  @Test
  void areTakenForNoneWhereTheyCannotBeRead() throws IOException {
    assertThat(memory().last()).isEmpty();
    Files.writeString(folder.resolve("diversions.json"), "{\"scales\":");
    assertThat(memory().last()).isEmpty();
  }

  @Test
  void areNotToldToAWitness() {
    DesiredFeed feed = feed(false);
    feed.begin(Optional.empty());
    feed.changed(state(List.of(DIVERSION)));
    assertThat(gateway.calls()).isEmpty();
  }

  private KeptDiversions memory() {
    return new KeptDiversions(folder, new JsonModelCodec(), time.mailbox("disk"));
  }

  private DesiredFeed feed(boolean serves) {
    return new DesiredFeed(gateway, serves, memory());
  }

  private static State state(List<Diversion> diversions) {
    return new State(
        Optional.empty(),
        0,
        Overrides.NONE.withDiversions(diversions),
        1,
        List.of(),
        List.of(),
        List.of());
  }
}
