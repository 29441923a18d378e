package io.mainstay.server.drill;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mainstay.model.state.DrillRecord;
import io.mainstay.ports.ModelCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drills that are over, as lines of a file in the data folder, and the one that is under way as a
 * file of its own, so that a server which starts after a crash knows what is still broken. A torn
 * line is skipped; a disk that fails costs the history, not the drill. Any thread.
 */
public final class DrillHistory {
  private static final Logger LOG = LoggerFactory.getLogger(DrillHistory.class);
  private static final int MOST = 500;

  private final Path file;
  private final Path openFile;
  private final ModelCodec codec;
  private final List<DrillRecord> records = new ArrayList<>();

  /** Reads what is there. */
  public DrillHistory(Path folder, ModelCodec codec) {
    this.file = folder.resolve("drills.jsonl");
    this.openFile = folder.resolve("drill-open.json");
    this.codec = codec;
    read();
  }

  private void read() {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, UTF_8);
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      LOG.warn("the history of drills cannot be read", e);
      return;
    }
    for (String line : lines.subList(Math.max(0, lines.size() - MOST), lines.size())) {
      try {
        records.add(codec.read(line.getBytes(UTF_8), DrillRecord.class));
      } catch (IllegalArgumentException e) {
        LOG.warn("a line of the history of drills cannot be read: {}", e.getMessage());
      }
    }
    if (lines.size() > 2 * MOST) {
      rewrite();
    }
  }

  private void rewrite() {
    StringBuilder text = new StringBuilder();
    records.forEach(one -> text.append(line(one)));
    replace(file, text.toString());
  }

  private String line(DrillRecord drill) {
    return new String(codec.write(drill), UTF_8).replace("\n", " ").strip() + "\n";
  }

  private static void replace(Path file, String text) {
    try {
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(fresh, text);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("{} cannot be written", file.getFileName(), e);
    }
  }

  /** The newest first. */
  public synchronized List<DrillRecord> all() {
    return List.copyOf(records.reversed());
  }

  /** One is over. */
  synchronized void add(DrillRecord drill) {
    records.add(drill);
    if (records.size() > MOST) {
      records.removeFirst();
    }
    try {
      // A line that was torn by a crash or a full disk ends here.
      Files.writeString(
          file,
          (isTorn() ? "\n" : "") + line(drill),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      LOG.warn("the history of drills cannot be written", e);
    }
    try {
      Files.deleteIfExists(openFile);
    } catch (IOException e) {
      LOG.warn("{} cannot be removed", openFile.getFileName(), e);
    }
  }

  private boolean isTorn() throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      return channel.size() > 0
          && channel.position(channel.size() - 1).read(last) == 1
          && last.get(0) != '\n';
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** One begins. */
  void open(DrillRecord drill) {
    replace(openFile, line(drill));
  }

  /** The one that was under way when the last server of this folder ended, if there is one. */
  Optional<DrillRecord> leftOpen() {
    try {
      return Optional.of(codec.read(Files.readAllBytes(openFile), DrillRecord.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("what drill was under way is not known", e);
      return Optional.empty();
    }
  }
}
