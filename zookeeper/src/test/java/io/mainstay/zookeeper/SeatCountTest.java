package io.mainstay.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.NodeName;
import io.mainstay.spec.JsonModelCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
@Timeout(90)
class SeatCountTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final NodeName NORTH = new NodeName("north");
  @TempDir Path folder;

  private static boolean place(ClusterCoordination node, String name) {
    try {
      return node.place(new NodeName(name), "10.0.0.9", 7071).isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void theClusterKeepsTheNumberThatWasAskedForAndItOnlyGrows() throws Exception {
    int port = FreePorts.three();
    ClusterCoordination.Options options =
        new ClusterCoordination.Options(
            folder.resolve("coordination"),
            folder.resolve("members.json"),
            "c",
            new JsonModelCodec(),
            NORTH,
            TestIdentity.node(),
            3,
            Duration.ofMinutes(10));
    try (ClusterCoordination node =
        ClusterCoordination.found(
            options,
            ClusterCoordination.founder(NORTH, "127.0.0.1", port),
            new RecordingPeerListener())) {
      assertThat(Waiting.until(() -> place(node, "b"), LIMIT)).isTrue();
      assertThat(place(node, "c")).isTrue();
      assertThat(place(node, "d")).as("three are taken").isFalse();
      node.askForSeats(5);
      assertThat(Waiting.until(() -> place(node, "d"), LIMIT)).isTrue();
      node.askForSeats(3);
      assertThat(Waiting.until(() -> place(node, "e"), LIMIT)).isTrue();
      assertThat(place(node, "f")).as("five are taken").isFalse();
    }
    try (ClusterCoordination again =
        ClusterCoordination.resume(options, new RecordingPeerListener())) {
      assertThat(Waiting.until(() -> place(again, "e"), LIMIT)).isTrue();
      assertThat(place(again, "f")).isFalse();
    }
  }
}
