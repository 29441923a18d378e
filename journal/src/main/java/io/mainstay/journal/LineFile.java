package io.mainstay.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file to which whole lines are appended. One thread at a time. */
interface LineFile extends AutoCloseable {
  /** Appends a line with its line break: all of it or, after an error, nothing. */
  void append(byte[] line) throws IOException;

  /** Bytes so far. */
  long size();

  @Override
  void close() throws IOException;

  /** Opens a file for appending, made if missing. */
  @FunctionalInterface
  interface Opener {
    LineFile open(Path file) throws IOException;
  }

  /**
   * A file on the disk. Lines are not forced: what the kernel has survives a kill of this process.
   */
  static LineFile onDisk(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      return new OnDisk(channel, channel.size());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** See {@link #onDisk}. */
  final class OnDisk implements LineFile {
    private final FileChannel channel;
    private long size;

    private OnDisk(FileChannel channel, long size) {
      this.channel = channel;
      this.size = size;
    }

    @Override
    public void append(byte[] line) throws IOException {
      ByteBuffer bytes = ByteBuffer.wrap(line);
      // What a failed write left behind lies beyond size and is written over by the next.
      long at = size;
      try {
        while (bytes.hasRemaining()) {
          at += channel.write(bytes, at);
        }
      } catch (IOException e) {
        cutBack();
        throw e;
      }
      size = at;
    }

    private void cutBack() {
      try {
        channel.truncate(size);
      } catch (IOException e) {
        // The torn end is cut off at the next start, or written over before.
        assert size >= 0;
      }
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
