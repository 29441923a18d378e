package io.mainstay.business;

import static io.mainstay.business.ChecksBySql.sql;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.ports.Prober.Outcome;
import io.mainstay.ports.Prober.Result;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks over a driver as a plugin brings one. */
class SqlDatabasesTest {
  @TempDir Path folder;

  @Test
  void judgesTheFirstValueByTextOrByNumber() throws Exception {
    try (ChecksBySql checks = new ChecksBySql(folder)) {
      assertThat(checks.answer(sql("jdbc:sample:17", "x")).outcome()).isEqualTo(Outcome.PASS);
      assertThat(checks.answer(sql("jdbc:sample:17", "x", "17")).outcome()).isEqualTo(Outcome.PASS);
      assertThat(checks.answer(sql("jdbc:sample:17", "x", "< 30")).outcome())
          .isEqualTo(Outcome.PASS);
      Result high = checks.answer(sql("jdbc:sample:17", "x", "< 3.5"));
      assertThat(high.outcome()).isEqualTo(Outcome.FAIL);
      assertThat(high.message()).isEqualTo("the value is \"17\" instead of \"< 3.5\"");
      assertThat(checks.answer(sql("jdbc:sample:many", "x", "< 3")).outcome())
          .isEqualTo(Outcome.FAIL);
      assertThat(checks.answer(sql("jdbc:sample:null", "x", "!= 3")).outcome())
          .isEqualTo(Outcome.FAIL);
      assertThat(checks.answer(sql("jdbc:sample:null", "x")).message())
          .isEqualTo("the value is NULL");
    }
    assertThat(SampleDriver.OPEN).hasValue(0);
  }

  @Test
  void showsNoSecretsOfTheAddress() throws Exception {
    try (ChecksBySql checks = new ChecksBySql(folder)) {
      for (String url :
          List.of(
              "jdbc:sample:refuse?user=a&password=hunter2",
              "jdbc:sample:refuse://a:hunter2@db/shop",
              "jdbc:sample:refuse;Pwd=hunter2;x=y")) {
        Result result = checks.answer(sql(url, "x"));
        assertThat(result.outcome()).as(url).isEqualTo(Outcome.FAIL);
        assertThat(result.message()).isEqualTo("cannot reach the address with … (SQLSTATE 08001)");
      }
    }
  }

  @Test
  void withoutADriverItSaysNothingAboutTheInstance() throws Exception {
    try (ChecksBySql checks = new ChecksBySql(folder)) {
      Result result = checks.answer(sql("jdbc:else://a?password=x", "x"));
      assertThat(result.outcome()).isEqualTo(Outcome.UNKNOWN);
      assertThat(result.message()).isEqualTo("no driver takes \"jdbc:else:\"");
    }
  }

  @Test
  void oneThatHangsFailsInTimeDelaysNoOtherAndLeavesNothingOpen() throws Exception {
    try (ChecksBySql checks = new ChecksBySql(folder);
        ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      List<CompletableFuture<Result>> hanging = new ArrayList<>();
      for (int number = 1; number <= 20; number++) {
        String url =
            number % 2 == 0
                ? "jdbc:sample:hang"
                : "jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/x?user=a";
        hanging.add(checks.ask(number, sql(url, "x"), Duration.ofMillis(800)));
      }
      Result quick =
          checks
              .ask(30, sql("jdbc:sample:1", "x"), Duration.ofSeconds(20))
              .get(20, TimeUnit.SECONDS);
      assertThat(quick.outcome()).isEqualTo(Outcome.PASS);
      for (CompletableFuture<Result> one : hanging) {
        Result result = one.get(20, TimeUnit.SECONDS);
        assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
        assertThat(result.message()).isEqualTo("no answer within 800 ms");
      }
      await(() -> SampleDriver.OPEN.get() == 0 && looks() == 0);
    }
  }

  private static long looks() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("look-"))
        .count();
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited 20 s").isLessThan(end);
      LockSupport.parkNanos(5_000_000);
    }
  }
}
