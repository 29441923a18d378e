package io.mainstay.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.spec.DrillSpec;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.DrillReport;
import io.mainstay.ports.SpecReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrillsTest {
  private static SpecReader.Outcome read(String drills) {
    String text =
        """
        services:
          shop:
            run: shop ${PORT}
            listen: 8080
            standby: 1
            depends-on: [database]
            drills:
        %s
          database: {run: database}
        """
            .formatted(drills.indent(6));
    return new YamlSpecReader().read(text, "mainstay.yaml", Path.of("/"));
  }

  private static List<DrillSpec> drills(String text) {
    ServiceSpec shop = ((SpecReader.Outcome.Valid) read(text)).deployment().services().getFirst();
    return shop.drills();
  }

  private static List<String> problems(String text) {
    return ((SpecReader.Outcome.Invalid) read(text))
        .problems().stream().map(problem -> problem.key() + ": " + problem.expected()).toList();
  }

  @Test
  void readsADrillThatBreaksTheBusiness() {
    DrillSpec drill =
        drills(
                """
                lose-orders:
                  kind: business
                  break: curl -fsS -X POST http://127.0.0.1:9000/lose
                  mend: curl -fsS -X POST http://127.0.0.1:9000/works
                  rps: 20
                  for: 1m
                  within: 2m
                  failed: 0.5%
                  every: 7d
                  window: Sat,Sun 02:00-05:00 Europe/Berlin
                  budget: 40
                """)
            .getFirst();
    assertThat(drill.kind()).isEqualTo(DrillReport.Kind.BUSINESS);
    assertThat(drill.breaking()).startsWith("curl", "-fsS");
    assertThat(drill.load()).isEqualTo(Duration.ofMinutes(1));
    assertThat(drill.failed()).isEqualTo(0.005);
    assertThat(drill.window().orElseThrow().describe())
        .isEqualTo("Sat,Sun 02:00-05:00 Europe/Berlin");
  }

  @Test
  void needsOnlyAKind() {
    DrillSpec drill = drills("kill-one: {kind: kill}\n").getFirst();
    assertThat(drill.requestsPerSecond()).isEqualTo(50);
    assertThat(drill.every()).isEmpty();
    assertThat(drill.force()).isFalse();
  }

  @Test
  void saysWhatCannotBe() {
    assertThat(problems("a: {kind: burn}\n")).singleElement().asString().contains("kill");
    assertThat(problems("a: {kind: business, break: x}\n"))
        .singleElement()
        .asString()
        .contains("mend beside it");
    assertThat(problems("a: {kind: kill, break: x}\n"))
        .containsExactly("services.shop.drills.a.break: only for kind business");
    assertThat(problems("a: {kind: kill, every: 7d, window: Sun 25:00-26:00}\n"))
        .singleElement()
        .asString()
        .contains("Europe/Berlin");
    assertThat(problems("a: {kind: kill, window: Sun 02:00-03:00}\n"))
        .singleElement()
        .asString()
        .contains("every beside it");
    assertThat(problems("a: {kind: kill, every: 1m}\n")).singleElement().asString().contains("10m");
  }
}
