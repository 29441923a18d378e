package io.mainstay.zookeeper;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.server.persistence.Util;

/** The folder of the peer's state: room, damage, old files. */
final class StateFolder {
  /** What must be free before a peer is started: a log and a snapshot of some size. */
  private static final int ROOM_NEEDED = 2 << 20;

  private static final int KEPT_SNAPSHOTS = 3;
  private static final DateTimeFormatter SUFFIX =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

  private final Path path;

  StateFolder(Path path) {
    this.path = path;
  }

  /** Fails if there is no room to write, so that a peer is not built only to die again. */
  void requireRoom() throws IOException {
    Files.createDirectories(path);
    Path probe = path.resolve("room.probe");
    try (FileChannel channel =
        FileChannel.open(
            probe,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocate(ROOM_NEEDED);
      while (zeros.hasRemaining()) {
        channel.write(zeros);
      }
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  /** Fails if a file cannot be read because of the machine and not because of its content. */
  void requireReadable() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(path)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    byte[] buffer = new byte[1 << 16];
    for (Path file : files) {
      try (var in = Files.newInputStream(file)) {
        while (in.read(buffer) >= 0) {
          // Only whether it can be read matters.
        }
      }
    }
  }

  /** Moves the folder aside and makes a new one with what can be saved; says what that was. */
  Moved setAside() throws IOException {
    Path kept =
        path.resolveSibling(path.getFileName() + ".damaged-" + SUFFIX.format(Instant.now()));
    Files.move(path, kept);
    try {
      return new Moved(kept, Salvage.run(kept, path));
    } catch (IOException | RuntimeException e) {
      return new Moved(kept, "nothing could be saved: " + e.getMessage());
    }
  }

  /**
   * Removes snapshots and logs that newer snapshots have made useless. By hand, since ZooKeeper's
   * own class for it writes to standard output.
   */
  void purge() throws IOException {
    FileTxnSnapLog files = new FileTxnSnapLog(path.toFile(), path.toFile());
    try {
      List<File> snapshots = files.findNValidSnapshots(KEPT_SNAPSHOTS);
      if (snapshots.size() < KEPT_SNAPSHOTS) {
        return;
      }
      long oldest = Util.getZxidFromName(snapshots.getLast().getName(), "snapshot");
      List<File> neededLogs = List.of(files.getSnapshotLogs(oldest));
      try (Stream<Path> all = Files.list(files.getDataLogDir().toPath())) {
        for (Path file : all.toList()) {
          String name = file.getFileName().toString();
          String kind = name.startsWith("log.") ? "log" : "snapshot";
          long position = Util.getZxidFromName(name, kind);
          if (position >= 0 && position < oldest && !neededLogs.contains(file.toFile())) {
            Files.deleteIfExists(file);
          }
        }
      }
    } finally {
      files.close();
    }
  }

  /**
   * A folder that was set aside.
   *
   * @param kept its new name
   * @param saved one phrase
   */
  record Moved(Path kept, String saved) {}
}
