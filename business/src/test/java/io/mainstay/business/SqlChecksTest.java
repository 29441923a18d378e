package io.mainstay.business;

import static io.mainstay.business.ChecksBySql.sql;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.ports.Prober.Outcome;
import io.mainstay.ports.Prober.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks by a real PostgreSQL. */
@Tag("integration")
class SqlChecksTest {
  @TempDir Path folder;

  @Test
  void asksARealPostgres() throws Exception {
    try (ChecksBySql checks = new ChecksBySql(folder)) {
      String url;
      try (RealPostgres database = new RealPostgres(folder)) {
        url = database.url();
        assertThat(checks.answer(sql(url, "select 1")).outcome()).isEqualTo(Outcome.PASS);
        assertThat(checks.answer(sql(url, "select count(*) from pg_class", "> 1")).outcome())
            .isEqualTo(Outcome.PASS);
        assertThat(
                checks
                    .answer(new Probe.Sql(url, "select ? + 1", List.of("17"), Optional.of("18")))
                    .outcome())
            .isEqualTo(Outcome.PASS);
        assertFails(checks.answer(sql(url, "select 1 where false")), "no row");
        assertUnknown(checks.answer(sql(url, "selct 1")), "42601");
        assertUnknown(checks.answer(sql(url, "create table t (n int)")), "25006");
        assertUnknown(checks.answer(sql(url.replace("=postgres", "=nobody"), "select 1")), "28");
        Result slow =
            checks
                .ask(2, sql(url, "select pg_sleep(60)"), Duration.ofMillis(500))
                .get(20, TimeUnit.SECONDS);
        assertFails(slow, "no answer within 500 ms");
        assertThat(
                checks
                    .answer(
                        sql(
                            url,
                            "select count(*) from pg_stat_activity"
                                + " where application_name = 'mainstay-check'",
                            "<= 2"))
                    .outcome())
            .as("no connections pile up")
            .isEqualTo(Outcome.PASS);
      }
      assertFails(checks.answer(sql(url, "select 1")), "08");
    }
  }

  private static void assertFails(Result result, String text) {
    assertThat(result.message()).contains(text);
    assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
  }

  private static void assertUnknown(Result result, String text) {
    assertThat(result.message()).contains(text);
    assertThat(result.outcome()).isEqualTo(Outcome.UNKNOWN);
  }
}
