package io.mainstay.zookeeper;

import io.mainstay.model.state.Desired;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.Coordinator.State;
import io.mainstay.ports.ModelCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.server.DataTree;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/**
 * What operators asked for, saved outside of the coordinator: enough to begin again after all of
 * its servers were lost. What runs is not in it; agents report that anew.
 */
public final class SnapshotFile {
  private static final int FORMAT = 1;

  /**
   * Leaders that came after the file was saved have higher terms than it knows; so many changes of
   * the leader are allowed for.
   */
  private static final long EPOCHS_AHEAD = 1L << 16;

  private static final int EPOCH_BITS = 32;

  private SnapshotFile() {}

  /**
   * What is saved.
   *
   * @param format of the file, 1
   * @param clusterId whose
   * @param taken when, for display
   * @param position no term up to then was higher
   * @param desired what was applied, if anything was
   * @param overrides operators' overrides
   */
  public record Content(
      int format,
      String clusterId,
      Instant taken,
      long position,
      Optional<Desired> desired,
      Overrides overrides) {}

  /** The state as {@code coordinator} knows it; empty as long as it knows nothing. */
  public static Optional<Content> take(
      ZooKeeperCoordinator coordinator, String clusterId, Instant now) {
    Optional<State> state = coordinator.knownState();
    long position = 0;
    for (ChildData node : coordinator.knownBelow("")) {
      position = Math.max(position, node.getStat().getMzxid());
    }
    long newest = position;
    return state.map(
        known -> new Content(FORMAT, clusterId, now, newest, known.desired(), known.overrides()));
  }

  /**
   * Writes it in one step, as JSON, for its owner only: commands and environments may hold secrets.
   *
   * @throws IOException if it may not be on the disk
   */
  public static void save(Path file, Content content, ModelCodec codec) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(codec.write(content));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Reads one.
   *
   * @throws IOException if it is none, or of a newer program
   */
  public static Content read(Path file, ModelCodec codec) throws IOException {
    Content content;
    try {
      content = codec.read(Files.readAllBytes(file), Content.class);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is not a snapshot: " + e.getMessage(), e);
    }
    if (content.format() != FORMAT) {
      throw new IOException(
          "%s has format %d (expected: %d)".formatted(file, content.format(), FORMAT));
    }
    return content;
  }

  /**
   * Makes the first state of a server that has none. Terms go on above those of the lost cluster,
   * so that nothing that still remembers one takes a new leader for an old one.
   *
   * @param directory of the coordination's state; nothing may run on it
   * @param cluster name of the state in the coordinator
   * @throws IOException if there is a state already, or the disk does not let it
   */
  public static void restore(Path directory, String cluster, Content content, ModelCodec codec)
      throws IOException {
    PeerConfiguration.applyProcessWideSettings();
    try (FolderLock _ = FolderLock.take(directory.toAbsolutePath().normalize())) {
      if (Files.exists(directory.resolve("version-2"))) {
        throw new IOException(directory + " holds a state already (expected: an empty folder)");
      }
      Files.createDirectories(directory);
      DataTree tree = new DataTree();
      long epoch = (content.position() >>> EPOCH_BITS) + EPOCHS_AHEAD;
      tree.lastProcessedZxid = epoch << EPOCH_BITS;
      fill(tree, new Paths(cluster), content, codec);
      FileTxnSnapLog target = new FileTxnSnapLog(directory.toFile(), directory.toFile());
      try {
        target.save(tree, new ConcurrentHashMap<>(), true);
      } finally {
        target.close();
      }
    }
  }

  private static void fill(DataTree tree, Paths paths, Content content, ModelCodec codec)
      throws IOException {
    long time = content.taken().toEpochMilli();
    try {
      for (String folder : paths.folders()) {
        create(tree, folder, new byte[0], time);
      }
      if (content.desired().isPresent()) {
        create(tree, paths.desired(), codec.write(content.desired().get()), time);
      }
      create(tree, paths.overrides(), codec.write(content.overrides()), time);
    } catch (KeeperException e) {
      throw new IOException("cannot restore: " + e.getMessage(), e);
    }
  }

  private static void create(DataTree tree, String path, byte[] value, long time)
      throws KeeperException {
    tree.createNode(
        path, value, List.copyOf(ZooDefs.Ids.OPEN_ACL_UNSAFE), 0, -1, tree.lastProcessedZxid, time);
  }
}
