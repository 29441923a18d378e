package io.mainstay.zookeeper;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.server.DataTree;
import org.apache.zookeeper.server.persistence.FileSnap;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.server.persistence.Util;

/**
 * Gets out of a damaged folder what can still be read: the newest valid snapshot, and the log
 * entries after it up to the first that is broken. Writes it as the first snapshot of a new folder.
 */
final class Salvage {
  /** Added to the position, so that the tokens of lost writes are never given out again. */
  private static final long NEXT_EPOCH = 1L << 32;

  private Salvage() {}

  /**
   * Reads {@code damaged}, writes {@code fresh}.
   *
   * @return one phrase that says how much was saved
   */
  static String run(Path damaged, Path fresh) throws IOException {
    DataTree tree = new DataTree();
    ConcurrentHashMap<Long, Integer> sessions = new ConcurrentHashMap<>();
    FileTxnSnapLog source = new FileTxnSnapLog(damaged.toFile(), damaged.toFile());
    String end = "to its end";
    try {
      long snapshot = readSnapshot(source.getSnapDir(), tree, sessions);
      if (snapshot < 0) {
        tree = new DataTree();
        sessions.clear();
        if (!logBeginsAtTheBeginning(source)) {
          return "nothing could be saved: no readable snapshot";
        }
      }
      source.fastForwardFromEdits(tree, sessions, (header, txn, digest) -> {});
    } catch (IOException | RuntimeException e) {
      end = "up to the damage (" + e.getMessage() + ")";
    } finally {
      source.close();
    }
    long position = Math.max(0, tree.lastProcessedZxid);
    tree.lastProcessedZxid = position + NEXT_EPOCH;
    Files.createDirectories(fresh);
    FileTxnSnapLog target = new FileTxnSnapLog(fresh.toFile(), fresh.toFile());
    try {
      target.save(tree, sessions, true);
    } finally {
      target.close();
    }
    return "saved %d entries, the log was read %s, position 0x%x"
        .formatted(tree.getNodeCount(), end, position);
  }

  private static long readSnapshot(
      File folder, DataTree tree, ConcurrentHashMap<Long, Integer> sessions) {
    try {
      return new FileSnap(folder).deserialize(tree, sessions);
    } catch (IOException | RuntimeException e) {
      return -1;
    }
  }

  private static boolean logBeginsAtTheBeginning(FileTxnSnapLog source) {
    File[] logs = source.getDataLogDir().listFiles();
    if (logs == null) {
      return false;
    }
    for (File log : logs) {
      if (Util.getZxidFromName(log.getName(), "log") == 1) {
        return true;
      }
    }
    return false;
  }
}
