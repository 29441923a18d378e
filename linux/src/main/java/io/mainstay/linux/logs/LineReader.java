package io.mainstay.linux.logs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Lines out of a {@link LogFile}: the last ones, or all from a position on. One thread. */
final class LineReader {
  private static final int BLOCK = 64 * 1024;

  /** A line longer than this is given out in pieces. */
  private static final int LONGEST_LINE = 64 * 1024;

  /** However many lines are asked for, no more bytes than this are read for them. */
  private static final long MOST_BYTES = 64L << 20;

  private final LogFile file;
  private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
  private long position;

  LineReader(LogFile file, long position) {
    this.file = file;
    this.position = position;
  }

  /** The last {@code count} lines between two positions, an unfinished one at the end included. */
  static List<String> last(LogFile file, int count, long from, long to) {
    long begin = startOfLast(file, count, Math.max(from, file.begin()), to);
    List<String> lines = new ArrayList<>();
    LineReader reader = new LineReader(file, begin);
    while (reader.position < to && reader.advance(lines::add, to) > 0) {
      // go on
    }
    if (reader.unfinished.size() > 0) {
      reader.finish(lines::add);
    }
    return List.copyOf(lines.subList(Math.max(0, lines.size() - count), lines.size()));
  }

  /** Where the last {@code count} lines before {@code to} begin. */
  static long startOfLast(LogFile file, int count, long from, long to) {
    if (count <= 0) {
      return to;
    }
    int breaks = 0;
    long end = to;
    while (end > from && to - end < MOST_BYTES) {
      long start = Math.max(from, end - BLOCK);
      byte[] block = block(file, start, (int) (end - start));
      for (int i = block.length - 1; i >= 0; i--) {
        // The break that ends the very last line begins no further one.
        if (block[i] == '\n' && start + i != to - 1 && ++breaks == count) {
          return start + i + 1;
        }
      }
      end = start;
    }
    return end;
  }

  /** The next byte that will be read. */
  long position() {
    return position;
  }

  /**
   * Gives out the lines that are complete in the next block.
   *
   * @return bytes read; 0 if there is nothing more now
   */
  int advance(Consumer<String> line, long to) {
    if (position < file.begin()) {
      position = file.begin(); // what lay between is no longer kept
    }
    byte[] block = block(file, position, (int) Math.min(BLOCK, Math.max(0, to - position)));
    position += block.length;
    int start = 0;
    for (int i = 0; i < block.length; i++) {
      if (block[i] == '\n') {
        unfinished.write(block, start, i - start);
        finish(line);
        start = i + 1;
      }
    }
    unfinished.write(block, start, block.length - start);
    if (unfinished.size() > LONGEST_LINE) {
      finish(line);
    }
    return block.length;
  }

  private void finish(Consumer<String> line) {
    String text = unfinished.toString(StandardCharsets.UTF_8);
    unfinished.reset();
    line.accept(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
  }

  /** The bytes from a position on, fewer if there are no more. */
  static byte[] block(LogFile file, long position, int length) {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    try {
      while (buffer.hasRemaining() && file.read(position + buffer.position(), buffer) > 0) {
        // go on; a read ends where one file ends
      }
    } catch (IOException e) {
      // What cannot be read is missing; the rest is still worth showing.
      return java.util.Arrays.copyOf(buffer.array(), buffer.position());
    }
    return java.util.Arrays.copyOf(buffer.array(), buffer.position());
  }
}
