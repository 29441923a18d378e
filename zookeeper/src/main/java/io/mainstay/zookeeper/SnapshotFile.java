package io.mainstay.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mainstay.model.state.Desired;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.ModelCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.apache.zookeeper.server.DataTree;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/**
 * What operators asked for, saved outside of the coordinator: enough to begin again after all of
 * its servers were lost. What runs is not in it; agents report that anew.
 */
public final class SnapshotFile {
  private static final String MAGIC = "mainstay-snapshot";
  private static final int FORMAT = 1;
  private static final int LONGEST_HEAD = 200;

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
   * @param clusterId whose
   * @param taken when, for display
   * @param position no term up to then was higher
   * @param desired what was applied, if anything was
   * @param overrides operators' overrides
   */
  public record Content(
      String clusterId,
      Instant taken,
      long position,
      Optional<Desired> desired,
      Overrides overrides) {}

  /**
   * The state as a majority of the coordinator's servers has it now; waits some seconds at most.
   *
   * @param clusterId for whoever looks at the file later
   * @throws IOException if the coordinator cannot be reached
   */
  public static Content take(
      ZooKeeperCoordinator coordinator, String clusterId, Instant now, ModelCodec codec)
      throws IOException {
    Paths paths = coordinator.paths();
    return coordinator
        .store()
        .await(zookeeper -> {
          zookeeper.sync(paths.root());
          Stat stat = new Stat();
          Optional<byte[]> desired = value(zookeeper, paths.desired(), stat);
          long position = stat.getMzxid();
          Optional<byte[]> overrides = value(zookeeper, paths.overrides(), stat);
          position = Math.max(position, stat.getMzxid());
          for (String candidate : zookeeper.getChildren(paths.election(), false)) {
            Stat found = zookeeper.exists(paths.election() + "/" + candidate, false);
            position = Math.max(position, found == null ? 0 : found.getCzxid());
          }
          return new Content(
              clusterId,
              now,
              position,
              desired.map(bytes -> codec.read(bytes, Desired.class)),
              overrides.map(bytes -> codec.read(bytes, Overrides.class)).orElse(Overrides.NONE));
        });
  }

  private static Optional<byte[]> value(ZooKeeper zookeeper, String path, Stat stat)
      throws KeeperException, InterruptedException {
    try {
      return Optional.of(zookeeper.getData(path, false, stat));
    } catch (KeeperException.NoNodeException e) {
      return Optional.empty();
    }
  }

  /** As it stands in a file: one line that says what it is and how to know damage, then JSON. */
  public static byte[] write(Content content, ModelCodec codec) {
    byte[] json = codec.write(content);
    byte[] head =
        (MAGIC + " " + FORMAT + " " + json.length + " " + digest(json) + "\n").getBytes(UTF_8);
    byte[] all = Arrays.copyOf(head, head.length + json.length);
    System.arraycopy(json, 0, all, head.length, json.length);
    return all;
  }

  /**
   * Reads one.
   *
   * @throws IOException if it is none, of another format, or damaged
   */
  public static Content read(Path file, ModelCodec codec) throws IOException {
    byte[] all = Files.readAllBytes(file);
    int end = 0;
    while (end < all.length && end < LONGEST_HEAD && all[end] != '\n') {
      end++;
    }
    String[] head = new String(all, 0, end, UTF_8).split(" ", -1);
    if (head.length != 4 || !head[0].equals(MAGIC)) {
      throw new IOException(
          file + ": not a snapshot (expected: what 'mainstay snapshot save' wrote)");
    }
    if (!head[1].equals(Integer.toString(FORMAT))) {
      throw new IOException(
          file
              + ": format "
              + head[1]
              + " (expected: "
              + FORMAT
              + ", by a Mainstay of this version)");
    }
    byte[] json = Arrays.copyOfRange(all, Math.min(end + 1, all.length), all.length);
    if (!head[2].equals(Integer.toString(json.length)) || !head[3].equals(digest(json))) {
      throw new IOException(
          file
              + ": damaged: "
              + json.length
              + " bytes with another check sum than it was saved with"
              + " (expected: "
              + head[2]
              + " bytes; another copy of it)");
    }
    try {
      return codec.read(json, Content.class);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": of another version: " + e.getMessage(), e);
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
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
