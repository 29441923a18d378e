package io.mainstay.linux.logs;

import io.mainstay.linux.calls.Errno;
import io.mainstay.linux.calls.LinuxCalls;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Frees the front of a file that others are appending to. Collapsing moves what follows to the
 * front (ext4, XFS); where the file system cannot do that, a hole is punched and the size stays
 * (tmpfs, btrfs). Appenders are atomic to both, since the kernel holds the inode's lock.
 */
final class FrontCutter {
  /** Lengths must be a multiple of this: the largest block of any file system that can collapse. */
  static final long ALIGNMENT = 1 << 20;

  private final Mode mode;

  FrontCutter(Mode mode) {
    this.mode = mode;
  }

  /** What the file system can do. */
  enum Mode {
    COLLAPSE,
    PUNCH,
    NONE
  }

  /**
   * What was done.
   *
   * @param collapsed bytes by which everything moved to the front
   * @param punched bytes that became a hole
   * @param problem why nothing was done
   */
  record Result(long collapsed, long punched, Optional<String> problem) {}

  /** Tries it out on a file of its own in {@code folder}. */
  static FrontCutter detect(Path folder) throws IOException {
    Path trial = Files.createTempFile(folder, ".mainstay-trial", ".tmp");
    try {
      try (RandomAccessFile file = new RandomAccessFile(trial.toFile(), "rw")) {
        file.setLength(2 * ALIGNMENT);
      }
      for (Mode mode : new Mode[] {Mode.COLLAPSE, Mode.PUNCH}) {
        FrontCutter cutter = new FrontCutter(mode);
        if (cutter.cut(trial, 0, ALIGNMENT).problem().isEmpty()) {
          return cutter;
        }
      }
      return new FrontCutter(Mode.NONE);
    } finally {
      Files.deleteIfExists(trial);
    }
  }

  Mode mode() {
    return mode;
  }

  /**
   * Frees {@code length} bytes behind the hole.
   *
   * @param hole bytes that are free already; always 0 in mode COLLAPSE
   * @param length a multiple of {@link #ALIGNMENT}, less than what the file holds
   */
  Result cut(Path file, long hole, long length) {
    if (mode == Mode.NONE) {
      return new Result(0, 0, Optional.of("the file system can neither collapse nor punch"));
    }
    int descriptor = LinuxCalls.open(file, LinuxCalls.O_RDWR, 0);
    if (descriptor < 0) {
      return new Result(0, 0, Optional.of(Errno.describe(descriptor)));
    }
    try {
      boolean collapse = mode == Mode.COLLAPSE;
      int flags = collapse ? LinuxCalls.COLLAPSE_RANGE : LinuxCalls.PUNCH_HOLE;
      int done = LinuxCalls.fallocate(descriptor, flags, collapse ? 0 : hole, length);
      if (done < 0) {
        return new Result(0, 0, Optional.of(Errno.describe(done)));
      }
      return new Result(collapse ? length : 0, collapse ? 0 : length, Optional.empty());
    } finally {
      LinuxCalls.close(descriptor);
    }
  }

  /** How many bytes at the front of the file are a hole. */
  long holeOf(Path file) {
    if (mode != Mode.PUNCH) {
      return 0;
    }
    int descriptor = LinuxCalls.open(file, 0, 0);
    if (descriptor < 0) {
      return 0;
    }
    try {
      long data = LinuxCalls.seek(descriptor, 0, LinuxCalls.SEEK_DATA);
      return Math.max(0, data); // an empty file, or one that is all hole, has no data: an error
    } finally {
      LinuxCalls.close(descriptor);
    }
  }
}
