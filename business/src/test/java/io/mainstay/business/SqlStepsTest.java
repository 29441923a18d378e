package io.mainstay.business;

import static io.mainstay.business.RunnerWorld.reason;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.state.TransactionRun;
import io.mainstay.model.state.TransactionRun.Outcome;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries to a real PostgreSQL, started for this test alone. */
@Tag("integration")
class SqlStepsTest {
  @TempDir static Path folder;
  private static Path binaries;
  private static Path data;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
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

  @AfterAll
  static void stop() throws Exception {
    asPostgres("pg_ctl", "-w", "-m", "immediate", "-D", data.toString(), "stop");
  }

  /** The server refuses to run as root. */
  private static void asPostgres(String program, String... words) throws Exception {
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
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
  }

  private static String sql(String rest) {
    return "{sql: {url: 'jdbc:postgresql://127.0.0.1:"
        + port
        + "/postgres?user=postgres', "
        + rest
        + "}}";
  }

  private static TransactionRun run(String transaction) throws IOException {
    try (RunnerWorld world = new RunnerWorld(Files.createTempDirectory(folder, "w"))) {
      return world.transaction(transaction).run();
    }
  }

  @Test
  void comparesAndCaptures() throws IOException {
    TransactionRun run =
        run(
            "{steps: ["
                + sql("query: 'select 17', expect: '17', capture: id")
                + ","
                + sql("query: 'select ? + 1', with: ['${id}'], expect: '18'")
                + ","
                + sql(
                    "query: \"select state from (values (1, 'paid')) o(n, state) where n = ?\","
                        + " with: ['1'], expect: paid")
                + "]}");
    assertThat(run.failure()).isEmpty();
    assertThat(failure("query: 'select 17', expect: '18'"))
        .isEqualTo("the value is \"17\" instead of \"18\"");
    assertThat(failure("query: 'select 17 where false'")).isEqualTo("no row");
    assertThat(failure("query: 'select null', expect: '18'"))
        .isEqualTo("the value is NULL instead of \"18\"");
  }

  private static String failure(String rest) throws IOException {
    TransactionRun run = run("{steps: [" + sql(rest) + "]}");
    assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
    return reason(run);
  }

  @Test
  void changesNothingButInTheCleanup() throws IOException {
    TransactionRun made =
        run(
            "{steps: [{wait: 1ms}], cleanup: ["
                + sql("query: 'create table kept (n int)'")
                + ","
                + sql("query: 'insert into kept values (1)'")
                + "]}");
    assertThat(made.failure()).isEmpty();
    assertThat(
            run("{steps: [" + sql("query: 'select count(*) from kept', expect: '1'") + "]}")
                .failure())
        .isEmpty();
    TransactionRun refused =
        run("{steps: [" + sql("query: 'insert into kept values (2) returning n'") + "]}");
    assertThat(refused.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(reason(refused)).contains("25006");
  }

  @Test
  void endsWhenItsTimeIsUp() throws IOException {
    TransactionRun run =
        run("{within: 300ms, steps: [" + sql("query: 'select pg_sleep(60)'") + "]}");
    assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(run.took()).isLessThan(java.time.Duration.ofSeconds(20));
  }

  @Test
  void saysNothingWhenTheQueryItselfIsWrong() throws IOException {
    TransactionRun run = run("{steps: [" + sql("query: 'selct 1'") + "]}");
    assertThat(run.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(reason(run)).contains("42601");
  }
}
