package io.mainstay.linux.logs;

import io.mainstay.linux.calls.LinuxCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The output of one instance as one stream of bytes: the live file, and before it the archives
 * {@code NAME.4} … {@code NAME.1}. A position counts bytes from where the live file began when this
 * object was made, so older archives lie at negative positions, and a position means the same byte
 * before and after a rotation. Any thread.
 */
final class LogFile {
  /** How many archives are kept. */
  static final int ARCHIVES = 4;

  private final Path live;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  /** Bytes that were cut from the front of the live file since this object was made. */
  private long cut;

  /** Where standard error ended before the last cut, by the descriptor that shares its place. */
  private final Map<Integer, Long> errorEnds = new HashMap<>();

  /** Bytes at the front of the live file that are a hole: archived, but the size stays. */
  private long hole;

  /** Where the output of the last run begins; of one that was taken over, where it was then. */
  private long runBegin;

  /** Where it ended when it was looked at last. */
  private long looked;

  LogFile(Path live) {
    this.live = live;
    this.runBegin = sizeOf(live);
  }

  /** A run begins there. */
  void runBegins(long position) {
    lock.writeLock().lock();
    try {
      runBegin = position;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Where the output of the last run begins. */
  long runBegin() {
    lock.readLock().lock();
    try {
      return runBegin;
    } finally {
      lock.readLock().unlock();
    }
  }

  Path live() {
    return live;
  }

  Path archive(int number) {
    return live.resolveSibling(live.getFileName() + "." + number);
  }

  /** Behind the last byte. */
  long end() {
    lock.readLock().lock();
    try {
      return cut + Math.max(hole, sizeOf(live));
    } finally {
      lock.readLock().unlock();
    }
  }

  /** The oldest byte that is kept. */
  long begin() {
    lock.readLock().lock();
    try {
      long begin = cut + hole;
      for (int number = 1; number <= ARCHIVES; number++) {
        begin -= sizeOf(archive(number));
      }
      return begin;
    } finally {
      lock.readLock().unlock();
    }
  }

  /** The position of an offset in the live file. */
  long position(long offset) {
    lock.readLock().lock();
    try {
      return cut + offset;
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Reads from one file at {@code position}; call again for more.
   *
   * @return bytes read; 0 at the end, or if what lay there is no longer kept
   */
  int read(long position, ByteBuffer into) throws IOException {
    lock.readLock().lock();
    try {
      if (position >= cut + hole) {
        return readFrom(live, position - cut, into);
      }
      long begin = cut + hole;
      for (int number = 1; number <= ARCHIVES; number++) {
        Path archive = archive(number);
        begin -= sizeOf(archive);
        if (position >= begin && position < cut + hole) {
          return readFrom(archive, position - begin, into);
        }
      }
      return 0;
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Puts a copy of the oldest bytes of the live file first among the archives, then frees them.
   *
   * @param copy holds exactly the first {@code length} bytes of the live file behind its hole
   * @return what hindered the freeing; the copy is then withdrawn, so nothing is there twice
   */
  Optional<String> archive(Path copy, long length, FrontCutter cutter) throws IOException {
    lock.writeLock().lock();
    try {
      for (int number = ARCHIVES; number > 1; number--) {
        if (Files.exists(archive(number - 1))) {
          Files.move(archive(number - 1), archive(number), StandardCopyOption.REPLACE_EXISTING);
        }
      }
      Files.move(copy, archive(1), StandardCopyOption.REPLACE_EXISTING);
      Optional<String> problem = cutFront(length, cutter);
      if (problem.isPresent()) {
        Files.delete(archive(1));
      }
      return problem;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Frees bytes at the front that an archive holds. */
  Optional<String> cutFront(long length, FrontCutter cutter) {
    lock.writeLock().lock();
    try {
      FrontCutter.Result result = cutter.cut(live, hole, length);
      if (result.collapsed() > 0) {
        errorEnds.replaceAll((descriptor, end) -> errorEnd(descriptor).orElse(end));
        errorEnds.keySet().forEach(d -> LinuxCalls.seek(d, 0, LinuxCalls.SEEK_SET));
      }
      cut += result.collapsed();
      hole += result.punched();
      return result.problem();
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Minds where standard error ends, by a descriptor that shares its place in the live file. */
  void mind(int stderr) {
    lock.writeLock().lock();
    try {
      errorEnds.put(stderr, Long.MIN_VALUE);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Whether a process is known that writes to it. */
  boolean isMinded() {
    lock.readLock().lock();
    try {
      return !errorEnds.isEmpty();
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Whether it is more than half as long as it may be, or grew by more than an eighth of that since
   * this was asked last. By the thread that rotates.
   */
  boolean isLongOrGrowing(long limit) {
    long end = end();
    long grown = end - looked;
    looked = end;
    return end - position(hole()) > limit / 2 || grown > limit / 8;
  }

  /** Closes such a descriptor. */
  void close(int stderr) {
    lock.writeLock().lock();
    try {
      errorEnds.remove(stderr);
      LinuxCalls.close(stderr);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** The position behind what was written last to standard error; empty if nothing was. */
  OptionalLong errorEnd(int stderr) {
    lock.readLock().lock();
    try {
      long offset = LinuxCalls.seek(stderr, 0, LinuxCalls.SEEK_CUR);
      if (offset > 0) {
        return OptionalLong.of(cut + offset);
      }
      long before = errorEnds.getOrDefault(stderr, Long.MIN_VALUE);
      return before == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(before);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Where the live file's data begin, as an offset in it. */
  long hole() {
    lock.readLock().lock();
    try {
      return hole;
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Says that the front of the live file is a hole; before anything is read. */
  void startBehind(long offset) {
    lock.writeLock().lock();
    try {
      hole = offset;
    } finally {
      lock.writeLock().unlock();
    }
  }

  private static int readFrom(Path file, long offset, ByteBuffer into) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return Math.max(0, channel.read(into, offset));
    } catch (java.nio.file.NoSuchFileException e) {
      return 0;
    }
  }

  private static long sizeOf(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0; // not there, so nothing in it
    }
  }
}
