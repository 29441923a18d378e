package io.mainstay.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay snapshot}. */
@Command(
    name = "snapshot",
    description = {
      "save: keeps what is applied and overridden in a file, while everything runs.",
      "restore: begins again with it in a data folder that has no state, before 'up'."
    },
    footer = {
      "",
      "The file holds what the applied file says, with its secrets: mode 0600.",
      "Example:",
      "  mainstay snapshot save /backup/mainstay.snapshot",
      "  mainstay snapshot restore /backup/mainstay.snapshot --data /var/lib/mainstay"
    })
final class SnapshotCommand extends ServerCommand {
  @Parameters(index = "0", paramLabel = "save|restore", description = "What to do.")
  private String action = "";

  @Parameters(index = "1", paramLabel = "FILE", description = "The file.")
  private Path file = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "restore: the data folder of a server that does not run.")
  private @Nullable Path data;

  SnapshotCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    switch (action) {
      case "save" -> save();
      case "restore" -> restore();
      default ->
          throw new CliFailure(ExitCode.USAGE, "'" + action + "' (expected: save or restore)");
    }
    return ExitCode.DONE;
  }

  private void save() {
    if (data != null) {
      throw new CliFailure(ExitCode.USAGE, "--data: with save (expected: only with restore)");
    }
    Reply reply =
        client()
            .act(
                "POST",
                "/api/v1/snapshot",
                "application/json",
                "{}".getBytes(StandardCharsets.UTF_8));
    if (!reply.isDone()) {
      throw reply.failure();
    }
    try {
      write(file.toAbsolutePath(), reply.body());
    } catch (IOException e) {
      throw new CliFailure(ExitCode.FAILED, file + ": cannot be written: " + e);
    }
    screen.line("saved " + reply.body().length + " bytes to " + file);
  }

  private void restore() {
    if (data == null) {
      throw new CliFailure(
          ExitCode.USAGE, "--data: absent (expected: the data folder to begin again in)");
    }
    try {
      screen.line(
          context
              .parts()
              .restorer()
              .get()
              .restore(file.toAbsolutePath(), data.toAbsolutePath().normalize()));
    } catch (IOException e) {
      throw new CliFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
    }
  }

  /** In one step: an older snapshot of that name stays whole until then. */
  private static void write(Path file, byte[] content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
