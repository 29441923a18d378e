package io.mainstay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ClusterCommandsTest extends AgainstAFakeApi {
  @Test
  void saysSinceWhenTheCoordinationIsLost() {
    api.answer(
        "GET /api/v1/status",
        200,
        "{\"node\":\"n1\",\"leader\":null,\"coordinationLost\":\"2026-01-01T00:00:00Z\","
            + "\"version\":\"0.1.0\",\"services\":[]}");
    assertThat(run("status").out())
        .startsWith(
            """
            node n1, no leader, Mainstay 0.1.0
            coordination lost since 2026-01-01T00:00:00Z: nothing new is decided, what runs goes on
            """);
  }

  @Test
  void keepsASnapshotForItsOwnerOnlyAndRestoresItWithoutAServer() throws IOException {
    api.answer("POST /api/v1/snapshot", 200, "mainstay-snapshot 1 …");
    Path file = data.resolve("s");
    assertThat(run("snapshot", "save", file.toString()).exitCode()).isZero();
    assertThat(java.nio.file.Files.readString(file)).isEqualTo("mainstay-snapshot 1 …");
    assertThat(
            java.nio.file.attribute.PosixFilePermissions.toString(
                java.nio.file.Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(run("snapshot", "restore", file.toString(), "--data", "/x").out())
        .isEqualTo("restored /x\n");
    assertThat(run("snapshot", "restore", file.toString()).exitCode()).isEqualTo(2);
    assertThat(run("snapshot", "restore", "/none", "--data", "/x").err())
        .contains("not a snapshot");
    assertThat(run("snapshot", "keep", file.toString()).err())
        .contains("expected: save or restore");
  }
}
