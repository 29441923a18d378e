package io.mainstay.journal;

import io.mainstay.model.InstanceId;
import io.mainstay.model.state.InstanceRecord;
import io.mainstay.ports.InstanceJournal;
import io.mainstay.ports.ModelCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One JSON file an instance. A write goes to a new file, which takes the old one's place in one
 * step: a kill of this process at any moment leaves the old text or the new. Writes are not forced
 * to the disk: what a power cut could lose is about processes that it ends too. Removals are: an
 * entry that comes back would start an instance that may run on another node by now. One thread.
 */
public final class FileInstanceJournal implements InstanceJournal {
  private static final String SUFFIX = ".json";
  private static final String NEW = ".new";
  private static final String ASIDE = ".damaged";

  private final Path folder;
  private final ModelCodec codec;
  private final Consumer<JournalReport> report;

  /**
   * The journal of a folder.
   *
   * @param folder exists
   * @param report told about files that were set aside
   */
  public FileInstanceJournal(Path folder, ModelCodec codec, Consumer<JournalReport> report) {
    this.folder = folder;
    this.codec = codec;
    this.report = report;
  }

  @Override
  public void write(InstanceRecord entry) throws IOException {
    Path target = file(entry.id());
    Path aside = folder.resolve(entry.id() + NEW);
    try {
      writeNew(aside, codec.write(entry));
      Files.move(
          aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      deleteQuietly(aside, e);
      throw e;
    }
  }

  @Override
  public void remove(InstanceId instance) throws IOException {
    if (Files.deleteIfExists(file(instance))) {
      try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
  }

  @Override
  public List<InstanceRecord> load() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.sorted().toList();
    }
    List<InstanceRecord> entries = new ArrayList<>();
    for (Path file : files) {
      String name = file.getFileName().toString();
      if (name.endsWith(NEW)) {
        Files.deleteIfExists(file);
      } else if (name.endsWith(SUFFIX)) {
        read(file, name.substring(0, name.length() - SUFFIX.length())).ifPresent(entries::add);
      }
    }
    entries.sort(Comparator.comparing(InstanceRecord::id));
    return List.copyOf(entries);
  }

  private Optional<InstanceRecord> read(Path file, String name) {
    try {
      InstanceRecord entry = codec.read(Files.readAllBytes(file), InstanceRecord.class);
      if (!entry.id().toString().equals(name)) {
        setAside(file, "it is not about " + name);
        return Optional.empty();
      }
      return Optional.of(entry);
    } catch (IOException | IllegalArgumentException e) {
      setAside(file, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private void setAside(Path file, String reason) {
    Path aside = file.resolveSibling(file.getFileName() + ASIDE);
    try {
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      report.accept(new JournalReport.SetAside(aside, reason));
    } catch (IOException e) {
      report.accept(new JournalReport.SetAside(file, reason + "; cannot be renamed"));
    }
  }

  private static void writeNew(Path file, byte[] bytes) throws IOException {
    Files.deleteIfExists(file);
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
  }

  private static void deleteQuietly(Path file, IOException cause) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private Path file(InstanceId instance) {
    return folder.resolve(instance + SUFFIX);
  }
}
