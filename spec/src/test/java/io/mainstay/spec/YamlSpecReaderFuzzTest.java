package io.mainstay.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.mainstay.ports.SpecReader.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** No text makes the reader throw, run long, or answer nothing. */
class YamlSpecReaderFuzzTest {
  /** Raise it with {@code -Dtest.argline.extra=-Dfuzz.seeds=100000}. */
  private static final long SEEDS = Long.getLong("fuzz.seeds", 1500);

  private final YamlSpecReader reader = new YamlSpecReader();

  @Test
  void survivesSpoiltFiles() throws IOException {
    List<String> texts = new ArrayList<>();
    texts.add(ReferenceTest.withoutLater());
    texts.add(ReferenceTest.reference());
    for (String name : BadFilesTest.names()) {
      texts.add(Files.readString(Path.of("src/test/resources/bad/" + name + ".yaml")));
    }
    for (long seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      String text = Mutation.of(texts.get(random.nextInt(texts.size())), random);
      assertThatCode(() -> verdict(text)).as("seed %d", seed).doesNotThrowAnyException();
    }
  }

  @Test
  void survivesDeepNesting() {
    assertThat(verdict("[".repeat(500_000))).isFalse();
    assertThat(verdict("{a: ".repeat(200_000))).isFalse();
    assertThat(verdict("- ".repeat(500_000))).isFalse();
    assertThat(verdict("x-a: " + "[".repeat(100) + "]".repeat(100))).isFalse();
  }

  @Test
  void boundsWhatAliasesStandFor() {
    StringBuilder laughs = new StringBuilder("x-0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 12; i++) {
      String alias = "*a" + (i - 1);
      laughs.append("x-" + i + ": &a" + i + " [" + (alias + ",").repeat(9) + alias + "]\n");
    }
    assertThat(verdict(laughs + "services: {}\n")).isFalse();
    StringBuilder many = new StringBuilder("services:\n  base: &b {run: x, env: {");
    for (int i = 0; i < 20_000; i++) {
      many.append("A" + i + ": x, ");
    }
    many.append("Z: z}}\n");
    for (int i = 0; i < 30_000; i++) {
      many.append("  s" + i + ": *b\n");
    }
    assertThat(verdict(many.toString())).isFalse();
  }

  @Test
  void boundsTheNumberOfServices() {
    StringBuilder text = new StringBuilder("services:\n  base: &b {run: x}\n");
    for (int i = 0; i < 90_000; i++) {
      text.append("  s" + i + ": *b\n");
    }
    assertThat(verdict(text.toString())).isFalse();
  }

  @Test
  void refusesAnAliasOfItself() {
    assertThat(verdict("services: &a {shop: *a}")).isFalse();
    assertThat(verdict("x-a: &a [*a]\nservices: {}")).isFalse();
  }

  @Test
  void boundsTheSize() {
    assertThat(verdict("# " + "x".repeat(1 << 20))).isFalse();
    assertThat(verdict("services: {} # " + "x".repeat((1 << 20) - 20))).isTrue();
    assertThat(verdict("services: {} # " + "ü".repeat(1 << 19))).isFalse();
  }

  @Test
  void boundsWhatManyMistakesCost() {
    StringBuilder text = new StringBuilder("services:\n  shop:\n    run: x\n");
    for (int i = 0; i < 40_000; i++) {
      text.append("    unknown" + i + ": 1\n");
    }
    Outcome outcome = reader.read(text.toString(), "f", Path.of("/srv"));
    assertThat(((Outcome.Invalid) outcome).problems()).hasSizeBetween(100, 1000);
    String longKey = "k".repeat(400_000);
    assertThat(verdict("services: {" + longKey + ": {" + longKey + ": 1}}")).isFalse();
  }

  private boolean verdict(String text) {
    Outcome outcome = reader.read(text, "f", Path.of("/srv"));
    if (outcome instanceof Outcome.Invalid invalid) {
      assertThat(invalid.problems())
          .isNotEmpty()
          .allMatch(problem -> problem.line() >= 1 && problem.column() >= 1)
          .allMatch(problem -> problem.describe().lines().count() == 1)
          .allMatch(problem -> problem.describe().length() < 1000);
    }
    return outcome instanceof Outcome.Valid;
  }
}
