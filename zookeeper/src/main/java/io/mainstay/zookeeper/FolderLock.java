package io.mainstay.zookeeper;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second server off a state folder: ZooKeeper itself lets two serve from one and then loses
 * writes. The lock file lies beside the folder, since the folder may be moved away.
 */
final class FolderLock implements AutoCloseable {
  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock; the kernel gives it back when the process ends, however it ends.
   *
   * @throws IOException if another server has it, or the file cannot be made
   */
  static FolderLock take(Path folder) throws IOException {
    Path file = folder.resolveSibling(folder.getFileName() + ".lock");
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new FolderLock(channel);
      }
    } catch (OverlappingFileLockException e) {
      // Held by this process; the same answer as for another one.
    }
    channel.close();
    throw new IOException("another server uses " + folder);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
