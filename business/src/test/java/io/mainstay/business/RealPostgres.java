package io.mainstay.business;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real PostgreSQL, started for one test alone. */
final class RealPostgres implements AutoCloseable {
  private final Path folder;
  private final Path binaries;
  private final Path data;
  private final int port;

  RealPostgres(Path folder) throws IOException {
    this.folder = folder;
    try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
      binaries = versions.sorted().toList().getLast().resolve("bin");
    }
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    data = folder.resolve("data");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    asPostgres("initdb", "-D", data.toString(), "-A", "trust", "-U", "postgres", "-N");
    asPostgres(
        "pg_ctl",
        "-w",
        "-t",
        "60",
        "-D",
        data.toString(),
        "-l",
        folder.resolve("log").toString(),
        "-o",
        "-p "
            + port
            + " -c fsync=off -c listen_addresses=127.0.0.1 -c unix_socket_directories="
            + folder,
        "start");
  }

  /** With an account that may do everything. */
  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
  }

  @Override
  public void close() throws IOException {
    asPostgres("pg_ctl", "-w", "-m", "immediate", "-D", data.toString(), "stop");
  }

  /** The server refuses to run as root. */
  private void asPostgres(String program, String... words) throws IOException {
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
    }
    command.add(binaries.resolve(program).toString());
    command.addAll(List.of(words));
    Path output = Files.createTempFile(folder, "output", "");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
  }
}
