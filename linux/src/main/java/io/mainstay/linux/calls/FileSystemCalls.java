package io.mainstay.linux.calls;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mainstay.ports.FileSystems.Left;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What file systems say about themselves. */
public final class FileSystemCalls {
  // struct statvfs of 64-bit Linux: longs up to f_namemax, 112 bytes in all.
  private static final long STATVFS = 256;
  private static final int FRAGMENT_SIZE = 1;
  private static final int BLOCKS = 2;
  private static final int BLOCKS_FOR_ALL = 4;
  private static final int INODES = 5;
  private static final int INODES_FOR_ALL = 7;

  private FileSystemCalls() {}

  /** See {@link io.mainstay.ports.FileSystems#left}. */
  public static Left left(Path path) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = arena.allocate(STATVFS, 8);
      MemorySegment name = arena.allocateFrom(path.toString(), StandardCharsets.UTF_8);
      int outcome;
      do {
        outcome = Function.STATVFS.call(name.address(), answer.address());
      } while (outcome == -Errno.EINTR);
      if (outcome == -Errno.ENOENT) {
        throw new NoSuchFileException(path.toString());
      }
      if (outcome < 0) {
        throw new IOException(path + ": " + Errno.describe(outcome));
      }
      long size = at(answer, FRAGMENT_SIZE);
      return new Left(
          at(answer, BLOCKS) * size,
          at(answer, BLOCKS_FOR_ALL) * size,
          at(answer, INODES),
          at(answer, INODES_FOR_ALL));
    }
  }

  private static long at(MemorySegment answer, int index) {
    return answer.getAtIndex(JAVA_LONG, index);
  }

  /** Looked up once it is needed: most servers look at no disk. */
  private static final class Function {
    private static final Native STATVFS = Native.function("statvfs");
  }
}
