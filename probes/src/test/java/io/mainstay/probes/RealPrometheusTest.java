package io.mainstay.probes;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.model.spec.Checks.Empty;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.model.spec.Checks.Relation;
import io.mainstay.ports.Prober.Outcome;
import io.mainstay.ports.Prober.Result;
import io.mainstay.testkit.RealPrometheus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's prometheus, which watches itself and somebody who is not there. */
@Tag("integration")
class RealPrometheusTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Address NOWHERE = new Address("127.0.0.1", 1);

  @TempDir Path directory;
  private ProberWorld world;
  private RealPrometheus prometheus;

  @BeforeEach
  void open() throws IOException {
    world = new ProberWorld(directory);
    prometheus = new RealPrometheus(directory);
    ProberWorld.await(() -> ask("count(up) by (job)", Relation.EQUAL, 1).contains("all 2 samples"));
  }

  @AfterEach
  void close() throws Exception {
    prometheus.close();
    world.close();
    assertThat(world.bugs).isEmpty();
  }

  @Test
  void saysWhatItKnows() {
    assertThat(outcome("up{job=\"itself\"}", Relation.EQUAL, 1)).isEqualTo(Outcome.PASS);
    assertThat(outcome("up", Relation.EQUAL, 1)).isEqualTo(Outcome.FAIL);
    assertThat(outcome("scalar(vector(2.5)) > bool 2", Relation.ABOVE, 0.5))
        .isEqualTo(Outcome.PASS);
    assertThat(outcome("up{job=\"other\"}", Relation.EQUAL, 1)).isEqualTo(Outcome.UNKNOWN);
    assertThat(outcome("up{", Relation.EQUAL, 1)).isEqualTo(Outcome.UNKNOWN);
    assertThat(ask("up{", Relation.EQUAL, 1)).contains("HTTP 400").contains("parse error");
  }

  private Outcome outcome(String query, Relation relation, double bound) {
    return result(query, relation, bound).outcome();
  }

  private String ask(String query, Relation relation, double bound) {
    return result(query, relation, bound).message();
  }

  private Result result(String query, Relation relation, double bound) {
    return world.ask(
        new Probe.Promql(prometheus.url(), query, relation, bound, Empty.UNKNOWN), NOWHERE, LONG);
  }
}
