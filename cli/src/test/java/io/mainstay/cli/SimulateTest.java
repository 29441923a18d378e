package io.mainstay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulateTest {
  @TempDir private Path folder;
  private Path scenario;

  @BeforeEach
  void write() throws IOException {
    scenario = folder.resolve("scenario.yaml");
    Files.writeString(
        scenario,
        """
        services:
          shop: {run: serve}
        timeline:
          - {at: 30s, kill: shop-1}
        """);
  }

  @Test
  void tellsWhatHappensAndHowItEnds() {
    Ran ran = Ran.command("simulate", scenario.toString());
    assertThat(ran.err()).isEmpty();
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out())
        .startsWith("00:01.500         trouble               shop         \"kill\" 1\n")
        .contains("invariants: all 1 held", "met: shop: something");
  }

  @Test
  void failsWhenAnExpectationIsNotMet() {
    Ran ran = Ran.command("simulate", scenario.toString(), "--seed", "2");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).contains("NOT MET: shop: something: 3");
  }

  @Test
  void playsManySeedsAndTellsOfTheBadOnes() {
    Ran ran = Ran.command("simulate", scenario.toString(), "--seeds", "2");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out())
        .isEqualTo(
            """
            seed 1: good
            seed 2: not good
              NOT MET: shop: something: 3
            2 seeds, 1 not good; see one with --seed N
            """);
    assertThat(Ran.command("simulate", scenario.toString(), "--seeds", "0").exitCode())
        .isEqualTo(2);
  }

  @Test
  void writesJsonLineByLine() {
    Ran ran = Ran.command("simulate", scenario.toString(), "-o", "json");
    assertThat(ran.out().lines().toList())
        .containsExactly(
            "{\"atMillis\":1500,\"node\":\"\",\"kind\":\"trouble\",\"subject\":\"shop\","
                + "\"text\":\"\\\"kill\\\" 1\"}",
            "{\"seed\":1,\"good\":true,\"services\":[{\"name\":\"shop\",\"requests\":10,"
                + "\"failed\":0,\"longestGapMillis\":40,\"restarts\":1,\"promotions\":0,"
                + "\"serving\":1}],\"broken\":null,\"expectations\":[{\"expected\":\"shop:"
                + " something\",\"met\":true,\"found\":null}]}");
  }

  @Test
  void namesEverythingThatIsWrongWithTheFile() throws IOException {
    Files.writeString(scenario, "services:\n  shop: {run: serve}\nload: {shpo: 3}\nseed: x\n");
    Ran ran = Ran.command("simulate", scenario.toString());
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err().lines()).hasSize(3);
    assertThat(ran.err()).contains(":3:8: load.shpo: shpo", "did you mean 'shop'", ":4:7: seed: x");
    assertThat(Ran.command("simulate", scenario.toString(), "-o", "json").out())
        .startsWith("{\"errors\":[{\"file\":");
    assertThat(Ran.command("simulate", folder.resolve("none.yaml").toString()).exitCode())
        .isEqualTo(2);
  }
}
