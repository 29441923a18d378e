package io.mainstay.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The folder in which one server keeps everything, locked for as long as it is open. Folders that
 * it makes are for their owner only. The kernel gives the lock back when the server dies, however
 * it dies.
 */
public final class DataFolder implements AutoCloseable {
  private static final String LOCK = "server.lock";
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OWNER_FILE =
      PosixFilePermissions.fromString("rw-------");

  /**
   * Folders that this process holds. A second descriptor of the lock file must not even be opened
   * here: closing it would give the first one's lock back.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path root;
  private final FileChannel lock;

  private DataFolder(Path root, FileChannel lock) {
    this.root = root;
    this.lock = lock;
  }

  /** What came of opening. */
  public sealed interface Outcome {
    /** It is ours. */
    record Opened(DataFolder folder) implements Outcome {}

    /**
     * It cannot be used.
     *
     * @param reason one sentence for a person, with the pid of another server if that is why
     */
    record Refused(String reason) implements Outcome {}
  }

  /**
   * Makes the folder where it is missing, and takes it.
   *
   * @param root absolute
   */
  public static Outcome open(Path root) {
    try {
      makeFolder(root);
      Path real = root.toRealPath();
      if (!HELD.add(real)) {
        return taken(real, ProcessHandle.current().pid() + "");
      }
      Outcome outcome = lock(real);
      if (outcome instanceof Outcome.Refused) {
        HELD.remove(real);
      }
      return outcome;
    } catch (IOException e) {
      return unusable(root, e);
    }
  }

  private static Outcome lock(Path real) {
    Path file = real.resolve(LOCK);
    try {
      FileChannel channel =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(OWNER_FILE));
      try {
        if (channel.tryLock() == null) {
          String pid = Files.readString(file, StandardCharsets.UTF_8).strip();
          channel.close();
          return taken(real, pid);
        }
        DataFolder folder = new DataFolder(real, channel);
        writePid(channel);
        for (Path part : folder.parts()) {
          makeFolder(part);
        }
        return new Outcome.Opened(folder);
      } catch (IOException | OverlappingFileLockException e) {
        channel.close();
        throw new IOException(e.getMessage(), e);
      }
    } catch (IOException e) {
      return unusable(real, e);
    }
  }

  private static Outcome taken(Path root, String pid) {
    return new Outcome.Refused(
        "data folder: "
            + root
            + ": in use by the server with pid "
            + (pid.isEmpty() ? "(unknown)" : pid)
            + " (expected: a folder of its own for each server; see --data)");
  }

  private static Outcome unusable(Path root, IOException e) {
    return new Outcome.Refused(
        "data folder: " + root + ": " + what(e) + " (expected: a folder that can be written)");
  }

  /** Some exceptions of the file system have only a path as their message. */
  private static String what(IOException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return cause instanceof FileSystemException failure && failure.getReason() == null
        ? cause.getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", " ")
        : String.valueOf(cause.getMessage());
  }

  private static void writePid(FileChannel channel) throws IOException {
    channel.truncate(0);
    channel.write(
        ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)),
        0);
  }

  /** What is there already keeps its mode: somebody may have named a folder that others use too. */
  private static void makeFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER));
    }
  }

  private List<Path> parts() {
    return List.of(events(), instances(), logs(), coordination());
  }

  /** The folder itself, absolute and without links. */
  public Path root() {
    return root;
  }

  /** For {@link FileEventJournal}. */
  public Path events() {
    return root.resolve("events");
  }

  /** For {@link FileInstanceJournal}. */
  public Path instances() {
    return root.resolve("instances");
  }

  /** For what instances write to stdout and stderr. */
  public Path logs() {
    return root.resolve("logs");
  }

  /** For the coordinator's server. */
  public Path coordination() {
    return root.resolve("coordination");
  }

  /** Gives the folder back. */
  @Override
  public void close() throws IOException {
    try {
      lock.close();
    } finally {
      HELD.remove(root);
    }
  }
}
