package io.mainstay.business;

import static io.mainstay.business.RunnerWorld.reason;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.state.TransactionRun;
import io.mainstay.model.state.TransactionRun.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries to a real PostgreSQL, started for this test alone. */
@Tag("integration")
class SqlStepsTest {
  @TempDir static Path folder;
  private static RealPostgres database;

  @BeforeAll
  static void start() throws Exception {
    database = new RealPostgres(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  private static String sql(String rest) {
    return "{sql: {url: '" + database.url() + "', " + rest + "}}";
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
