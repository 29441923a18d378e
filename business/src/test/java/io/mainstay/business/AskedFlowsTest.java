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
import io.mainstay.testkit.RealPrometheus;
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

/** Keys of what followed, out of databases, and how much did, out of a Prometheus. */
class AskedFlowsTest {
  private static final FlowKey SHIP = new FlowKey(new ServiceName("shop"), "ship");

  @TempDir Path folder;
  private final List<Throwable> bugs = Collections.synchronizedList(new ArrayList<>());
  private ExecutorMailbox mailbox;
  private FileLogSource logs;
  private LinuxProcessHost host;
  private AskedFlows flows;

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
        new AskedFlows(
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

  private Answer count(String status, String body) throws Exception {
    try (TestServer server =
        new TestServer((_, out) ->
            TestServer.write(
                out, TestServer.answer(status, "Content-Type: application/json\r\n", body)))) {
      CompletableFuture<Answer> answer = new CompletableFuture<>();
      flows.ask(
          SHIP,
          new FlowSpec.Promql(
              "http://" + server.address() + "/prom/",
              "sum(shipped{what=\"${WHAT}\"})",
              Duration.ofSeconds(5)),
          answer::complete);
      Answer said = answer.get(20, TimeUnit.SECONDS);
      assertThat(server.requests)
          .as(said.toString())
          .extracting(TestServer.Request::line)
          .containsExactly(
              "GET /prom/api/v1/query?query=sum%28shipped%7Bwhat%3D%22a%2Cb%2Cc%22%7D%29 HTTP/1.1");
      return said;
    }
  }

  private Answer counted(String data) throws Exception {
    return count("200 OK", "{\"status\":\"success\",\"data\":" + data + "}");
  }

  @Test
  void readsHowFarACounterHasCome() throws Exception {
    assertThat(
            counted(
                "{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1.5,\"42.5\"]}]}"))
        .isEqualTo(new Answer.Counted(42.5));
    assertThat(counted("{\"resultType\":\"scalar\",\"result\":[1.5,\"1e3\"]}"))
        .isEqualTo(new Answer.Counted(1000));
  }

  @Test
  void saysWhyACounterIsNotKnown() throws Exception {
    assertThat(counted("{\"resultType\":\"vector\",\"result\":[]}"))
        .isEqualTo(new Answer.Failed("no sample"));
    String sample = "{\"metric\":{},\"value\":[1.5,\"4\"]}";
    assertThat(counted("{\"resultType\":\"vector\",\"result\":[" + sample + "," + sample + "]}"))
        .isEqualTo(new Answer.Failed("more than one sample (expected: one, as sum(…) makes it)"));
    assertThat(counted("{\"resultType\":\"scalar\",\"result\":[1.5,\"+Inf\"]}"))
        .isEqualTo(new Answer.Failed("a sample is \"+Inf\", no number"));
    assertThat(count("400 Bad Request", "{\"status\":\"error\",\"error\":\"parse error\"}"))
        .isEqualTo(new Answer.Failed("the Prometheus answers HTTP 400: \"parse error\""));
    assertThat(count("502 Bad Gateway", "sorry"))
        .isEqualTo(new Answer.Failed("the Prometheus answers HTTP 502: \"sorry\""));
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    flows.ask(
        SHIP,
        new FlowSpec.Promql("http://127.0.0.1:1", "x", Duration.ofSeconds(5)),
        answer::complete);
    assertThat(((Answer.Failed) answer.get(20, TimeUnit.SECONDS)).reason())
        .startsWith("http://127.0.0.1:1: ");
  }

  @Test
  @Tag("integration")
  void asksARealPrometheus() throws Exception {
    try (RealPrometheus prometheus = new RealPrometheus(folder)) {
      Answer answer;
      long end = System.nanoTime() + 20_000_000_000L;
      do {
        assertThat(System.nanoTime()).as("waited 20 s").isLessThan(end);
        LockSupport.parkNanos(50_000_000);
        answer = ask(prometheus, "count(up)");
      } while (!answer.equals(new Answer.Counted(2)));
      assertThat(ask(prometheus, "up"))
          .isEqualTo(new Answer.Failed("more than one sample (expected: one, as sum(…) makes it)"));
      assertThat(ask(prometheus, "up{"))
          .asString()
          .contains("the Prometheus answers HTTP 400")
          .contains("parse error");
    }
  }

  private Answer ask(RealPrometheus prometheus, String query) throws Exception {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    flows.ask(
        SHIP,
        new FlowSpec.Promql(prometheus.url(), query, Duration.ofSeconds(5)),
        answer::complete);
    return answer.get(20, TimeUnit.SECONDS);
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
