package io.mainstay.server;

import io.mainstay.cluster.DesiredFeed;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.ModelCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was diverted last, as a file of the data folder: a server that starts again diverts before
 * it has heard of the coordinator. A disk that fails costs only that.
 */
final class KeptDiversions implements DesiredFeed.Memory {
  private static final Logger LOG = LoggerFactory.getLogger(KeptDiversions.class);
  private static final String FILE = "diversions.json";

  private final Path file;
  private final ModelCodec codec;
  private final Mailbox disk;

  /**
   * Kept in that folder.
   *
   * @param disk where files are written
   */
  KeptDiversions(Path folder, ModelCodec codec, Mailbox disk) {
    this.file = folder.resolve(FILE);
    this.codec = codec;
    this.disk = disk;
  }

  @Override
  public List<Overrides.Diversion> last() {
    try {
      return Files.exists(file)
          ? codec.read(Files.readAllBytes(file), Overrides.class).diversions()
          : List.of();
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("what was diverted last is not known", e);
      return List.of();
    }
  }

  @Override
  public void keep(List<Overrides.Diversion> diversions) {
    disk.post(() -> {
      try {
        Path fresh = file.resolveSibling(FILE + ".new");
        Files.write(fresh, codec.write(Overrides.NONE.withDiversions(diversions)));
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        LOG.warn("what is diverted could not be kept", e);
      }
    });
  }
}
