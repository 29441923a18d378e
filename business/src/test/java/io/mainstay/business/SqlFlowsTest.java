package io.mainstay.business;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.linux.ExecutorMailbox;
import io.mainstay.linux.FileSecrets;
import io.mainstay.linux.LinuxProcessHost;
import io.mainstay.linux.logs.FileLogSource;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.FlowSpec;
import io.mainstay.model.state.FlowKey;
import io.mainstay.ports.FlowQueries.Answer;
import io.mainstay.ports.SpecReader;
import io.mainstay.spec.YamlSpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of what followed, out of databases. */
class SqlFlowsTest {
  private static final FlowKey SHIP = new FlowKey(new ServiceName("shop"), "ship");

  @TempDir Path folder;
  private final List<Throwable> bugs = Collections.synchronizedList(new ArrayList<>());
  private ExecutorMailbox mailbox;
  private FileLogSource logs;
  private LinuxProcessHost host;
  private SqlFlows flows;

  @BeforeEach
  void open() throws IOException {
    Files.writeString(folder.resolve("secret"), "hunter2\n");
    SpecReader.Outcome outcome =
        new YamlSpecReader()
            .read(
                "services: {shop: {run: x, env: {PASSWORD: {file: secret}, WHAT: 'a,b,c'}}}",
                "f",
                folder);
    Deployment deployment = ((SpecReader.Outcome.Valid) outcome).deployment();
    mailbox = new ExecutorMailbox("test", bugs::add);
    logs = new FileLogSource(folder, problem -> {});
    host = new LinuxProcessHost(folder, logs, mailbox, problem -> {});
    flows =
        new SqlFlows(
            List.of(), new LinkedHashMap<>(), () -> deployment, host, new FileSecrets(), mailbox);
  }

  @AfterEach
  void close() {
    flows.close();
    long end = System.nanoTime() + 20_000_000_000L;
    while (SampleDriver.OPEN.get() > 0) {
      assertThat(System.nanoTime()).as("waited 20 s").isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
    host.close();
    logs.close();
    mailbox.close();
    assertThat(bugs).isEmpty();
  }

  @Test
  void givesTheFirstColumnOfAllRows() throws Exception {
    assertThat(answer("jdbc:sample:${WHAT}", "x"))
        .isEqualTo(new Answer.Found(List.of("a", "b", "c"), false));
    assertThat(answer("jdbc:sample:null", "x")).isEqualTo(new Answer.Found(List.of(), false));
    String many = "k,".repeat(16_384);
    Answer.Found found = (Answer.Found) answer("jdbc:sample:" + many + "k", "x");
    assertThat(found.keys()).hasSize(16_384);
    assertThat(found.more()).isTrue();
  }

  @Test
  void saysWhyThereIsNoAnswerAndNoSecrets() throws Exception {
    assertThat(answer("jdbc:sample:refuse?password=${PASSWORD}", "x"))
        .isEqualTo(new Answer.Failed("cannot reach the address with … (SQLSTATE 08001)"));
    assertThat(answer("jdbc:else:x", "x"))
        .isEqualTo(new Answer.Failed("no driver takes \"jdbc:else:\""));
    assertThat(answer("jdbc:sample:${NOBODY}", "x"))
        .isEqualTo(new Answer.Failed("undefined name: NOBODY"));
  }

  @Test
  void doesNotAskADatabaseThatHangsAgain() throws Exception {
    CompletableFuture<Answer> hanging = ask(SHIP, "jdbc:sample:hang", "x");
    assertThat(answer("jdbc:sample:a", "x"))
        .isEqualTo(new Answer.Failed("the query before this one still has no answer"));
    FlowKey other = new FlowKey(SHIP.service(), "other");
    assertThat(ask(other, "jdbc:sample:a", "x").get(20, TimeUnit.SECONDS))
        .isEqualTo(new Answer.Found(List.of("a"), false));
    while (SampleDriver.OPEN.get() == 0) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(hanging).isNotDone();
  }

  @Test
  @Tag("integration")
  void asksARealPostgres() throws Exception {
    CompletableFuture<Answer> hanging = ask(SHIP, "jdbc:sample:hang", "x");
    try (RealPostgres database = new RealPostgres(folder)) {
      FlowKey other = new FlowKey(SHIP.service(), "other");
      assertThat(
              ask(other, database.url(), "select * from generate_series(7, 9)")
                  .get(20, TimeUnit.SECONDS))
          .isEqualTo(new Answer.Found(List.of("7", "8", "9"), false));
      assertThat(
              ((Answer.Failed)
                      ask(other, database.url(), "insert into t values (1)")
                          .get(20, TimeUnit.SECONDS))
                  .reason())
          .contains("SQLSTATE");
    }
    assertThat(hanging.get(20, TimeUnit.SECONDS))
        .isEqualTo(new Answer.Failed("no answer within 10 s"));
  }

  private Answer answer(String url, String query) throws Exception {
    return ask(SHIP, url, query).get(20, TimeUnit.SECONDS);
  }

  private CompletableFuture<Answer> ask(FlowKey flow, String url, String query) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    flows.ask(flow, new FlowSpec.Sql(url, query, Duration.ofSeconds(5)), answer::complete);
    return answer;
  }
}
