package io.mainstay.server;

import io.mainstay.cli.SnapshotRestorer;
import io.mainstay.journal.DataFolder;
import io.mainstay.ports.ModelCodec;
import io.mainstay.spec.JsonModelCodec;
import io.mainstay.zookeeper.SnapshotFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code mainstay snapshot restore}: in a data folder that nothing runs on. */
final class SnapshotRestore implements SnapshotRestorer {
  private static final String MEMBERS = "cluster/members.json";

  @Override
  public String restore(Path file, Path data) throws IOException {
    ModelCodec codec = new JsonModelCodec();
    SnapshotFile.Content content = SnapshotFile.read(file, codec);
    if (Files.exists(data.resolve(MEMBERS))) {
      throw new IOException(
          "data folder: "
              + data
              + ": belongs to a server of a cluster (expected: an empty one; the other servers"
              + " join it anew)");
    }
    try (DataFolder folder = open(data)) {
      SnapshotFile.restore(folder.coordination(), Rooms.CLUSTER, content, codec);
    }
    return "restored what was applied at "
        + content.taken()
        + " in cluster "
        + content.clusterId()
        + " ("
        + content.desired().map(desired -> desired.deployment().services().size()).orElse(0)
        + " services); go on with: mainstay up FILE --data "
        + data;
  }

  private static DataFolder open(Path data) throws IOException {
    return switch (DataFolder.open(data)) {
      case DataFolder.Outcome.Opened opened -> opened.folder();
      case DataFolder.Outcome.Refused refused -> throw new IOException(refused.reason());
    };
  }
}
