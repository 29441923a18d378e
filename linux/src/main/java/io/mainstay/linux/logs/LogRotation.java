package io.mainstay.linux.logs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * Moves the front of a live file into an archive while the instance goes on appending. The steps:
 * copy the front to a temporary file and sync it; shift the archives; rename the copy to archive 1;
 * cut the front. A crash before the rename leaves everything in the live file; one between rename
 * and cut leaves the front in both, which {@link #recover} sees and ends. No point loses a byte.
 * One thread.
 */
final class LogRotation {
  private final FrontCutter cutter;
  private final long limit;

  LogRotation(FrontCutter cutter, long limit) {
    this.cutter = cutter;
    this.limit = limit;
  }

  /** Ends what an earlier run left half done. Call once, before the file is read. */
  void recover(LogFile file) throws IOException {
    Files.deleteIfExists(copyOf(file));
    file.startBehind(cutter.holeOf(file.live()));
    Path archive = file.archive(1);
    if (Files.exists(archive) && isFrontOf(archive, file)) {
      file.cutFront(Files.size(archive), cutter);
    }
  }

  /**
   * Rotates until the live file is within the limit.
   *
   * @return why it could not be cut, if so
   */
  Optional<String> rotate(LogFile file) throws IOException {
    while (file.end() - file.position(file.hole()) > limit) {
      if (cutter.mode() == FrontCutter.Mode.NONE) {
        return Optional.of("this file system can neither collapse nor punch, so it grows on");
      }
      long length = limit / FrontCutter.ALIGNMENT * FrontCutter.ALIGNMENT;
      copyFront(file, length);
      Optional<String> problem = file.archive(copyOf(file), length, cutter);
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  private static Path copyOf(LogFile file) {
    return file.live().resolveSibling(file.live().getFileName() + ".tmp");
  }

  private static void copyFront(LogFile file, long length) throws IOException {
    Path copy = copyOf(file);
    try (FileChannel from =
            FileChannel.open(file.live(), StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileChannel to =
            FileChannel.open(
                copy,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
      long done = 0;
      while (done < length) {
        long count = from.transferTo(file.hole() + done, length - done, to);
        if (count <= 0) {
          throw new IOException("the log became shorter while it was copied");
        }
        done += count;
      }
      to.force(false);
      // The cut has to write out what is dirty, with appenders waiting: leave it little to do.
      from.force(false);
    } catch (IOException e) {
      Files.deleteIfExists(copy);
      throw e;
    }
  }

  private static boolean isFrontOf(Path archive, LogFile file) throws IOException {
    try (FileChannel copy = FileChannel.open(archive, StandardOpenOption.READ);
        FileChannel live = FileChannel.open(file.live(), StandardOpenOption.READ)) {
      long size = copy.size();
      long hole = file.hole();
      if (size == 0 || size % FrontCutter.ALIGNMENT != 0 || live.size() - hole <= size) {
        return false;
      }
      java.nio.ByteBuffer left = java.nio.ByteBuffer.allocate(1 << 16);
      java.nio.ByteBuffer right = java.nio.ByteBuffer.allocate(1 << 16);
      for (long at = 0; at < size; at += left.capacity()) {
        copy.read(left.clear(), at);
        live.read(right.clear(), hole + at);
        if (!Arrays.equals(left.array(), right.array())) {
          return false;
        }
      }
      return true;
    } catch (java.nio.file.NoSuchFileException e) {
      return false;
    }
  }
}
