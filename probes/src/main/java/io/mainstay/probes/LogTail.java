package io.mainstay.probes;

import io.mainstay.model.InstanceId;
import io.mainstay.ports.InstanceOutput;
import io.mainstay.probes.LogPlaces.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads what came to a log since an earlier look, line by line, however it was rotated. */
final class LogTail {
  /** Of more than this only the last part is looked at. */
  static final int MOST_BYTES = 4 << 20;

  /** A line that is longer is taken in pieces, and need not have ended. */
  private static final int LONGEST_LINE = 64 * 1024;

  private LogTail() {}

  /**
   * What was read.
   *
   * @param lines those that have ended
   * @param next where the next look begins
   * @param isThere whether there is a log
   * @param skipped whether there was too much
   */
  record Lines(List<String> lines, Place next, boolean isThere, boolean skipped) {}

  /** What an instance wrote itself; another run begins anew. */
  static Lines output(
      InstanceOutput output, InstanceId instance, String run, Optional<Place> before) {
    long from =
        before
            .filter(place -> place.run().equals(run))
            .map(Place::position)
            .orElseGet(() -> output.begin(instance));
    InstanceOutput.Piece piece = output.read(instance, from, MOST_BYTES);
    List<String> lines = new ArrayList<>();
    int taken = split(piece.bytes(), piece.begin() > from, false, lines);
    return new Lines(
        lines, new Place(run, Optional.empty(), piece.begin() + taken), true, piece.begin() > from);
  }

  /** What stands in a file. What was in it before the first look of a run does not count. */
  static Lines file(Path path, String run, Optional<Place> before) throws IOException {
    BasicFileAttributes file;
    try {
      file = Files.readAttributes(path, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      List<String> lines = new ArrayList<>();
      boolean skipped = rest(path, before.filter(place -> place.run().equals(run)), lines);
      return new Lines(lines, new Place(run, Optional.empty(), 0), false, skipped);
    }
    Optional<Object> identity = Optional.ofNullable(file.fileKey());
    if (before.isEmpty() || !before.get().run().equals(run)) {
      return new Lines(List.of(), new Place(run, identity, file.size()), true, false);
    }
    List<String> lines = new ArrayList<>();
    Place place = before.get();
    boolean skipped = false;
    if (!place.file().equals(identity)) {
      skipped = rest(path, before, lines);
      place = new Place(run, identity, 0);
    }
    Read read = read(path, place.position(), false, lines);
    return new Lines(lines, new Place(run, identity, read.next()), true, skipped || read.skipped());
  }

  /** What stands behind the place in the file that had the name before; whether that was much. */
  private static boolean rest(Path path, Optional<Place> before, List<String> lines)
      throws IOException {
    Optional<Path> old = before.flatMap(Place::file).flatMap(key -> renamed(path, key));
    return old.isPresent()
        && read(old.get(), before.orElseThrow().position(), true, lines).skipped();
  }

  private record Read(long next, boolean skipped) {}

  private static Read read(Path path, long position, boolean all, List<String> lines)
      throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      long from = size < position ? 0 : position; // it was cut, and is written anew
      boolean skipped = size - from > MOST_BYTES;
      long begin = skipped ? size - MOST_BYTES : from;
      ByteBuffer buffer = ByteBuffer.allocate((int) (size - begin));
      while (buffer.hasRemaining() && channel.read(buffer, begin + buffer.position()) > 0) {
        // go on
      }
      byte[] bytes = Arrays.copyOf(buffer.array(), buffer.position());
      return new Read(begin + split(bytes, skipped, all, lines), skipped);
    }
  }

  /** The file by the name that a rotation gave it: beside it, and its name begins the same. */
  private static Optional<Path> renamed(Path path, Object identity) {
    Path folder = path.toAbsolutePath().getParent();
    String name = String.valueOf(path.getFileName());
    if (folder == null) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> beside =
        Files.newDirectoryStream(
            folder, other -> String.valueOf(other.getFileName()).startsWith(name))) {
      for (Path other : beside) {
        if (identity.equals(Files.readAttributes(other, BasicFileAttributes.class).fileKey())) {
          return Optional.of(other);
        }
      }
    } catch (IOException e) {
      return Optional.empty(); // it was packed or deleted meanwhile
    }
    return Optional.empty();
  }

  /**
   * Adds the lines.
   *
   * @param cut whether the first of them began before
   * @param all whether one that has not ended counts too
   * @return bytes of the lines that were taken
   */
  private static int split(byte[] bytes, boolean cut, boolean all, List<String> lines) {
    int start = 0;
    boolean skip = cut;
    for (int i = 0; i < bytes.length; i++) {
      boolean ended = bytes[i] == '\n';
      if (ended || i - start >= LONGEST_LINE) {
        if (!skip) {
          add(bytes, start, i, lines);
        }
        skip = skip && !ended;
        start = ended ? i + 1 : i;
      }
    }
    if (all && start < bytes.length && !skip) {
      add(bytes, start, bytes.length, lines);
      return bytes.length;
    }
    return start;
  }

  private static void add(byte[] bytes, int start, int end, List<String> lines) {
    int length = end > start && bytes[end - 1] == '\r' ? end - 1 - start : end - start;
    lines.add(new String(bytes, start, length, StandardCharsets.UTF_8));
  }
}
