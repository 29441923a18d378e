package io.mainstay.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.spec.SpecProblem;
import io.mainstay.ports.SpecReader.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every whole file that the documentation shows, and every example, is one that works. */
class DocumentationTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```ya?ml\\n(.*?)^```");
  private static final Path ROOT = Path.of("..");

  /** A file to read, and where it was found. */
  record Shown(String place, String text) {
    @Override
    public String toString() {
      return place;
    }
  }

  static List<Shown> shown() throws IOException {
    List<Shown> found = new ArrayList<>();
    try (Stream<Path> files =
        Stream.of(ROOT.resolve("docs"), ROOT.resolve("examples"), ROOT.resolve("README.md"))
            .flatMap(DocumentationTest::walk)) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        String text = Files.readString(file);
        String name = ROOT.relativize(file).toString();
        if (name.endsWith(".md")) {
          Matcher block = BLOCK.matcher(text);
          while (block.find()) {
            long line = text.substring(0, block.start()).lines().count() + 1;
            found.add(new Shown(name + ":" + line, block.group(1)));
          }
        } else {
          found.add(new Shown(name, text));
        }
      }
    }
    found.removeIf(DocumentationTest::isScenario);
    found.removeIf(shown -> shown.text().lines().noneMatch(line -> line.startsWith("services:")));
    return found;
  }

  private static boolean isScenario(Shown shown) {
    return shown.text().lines().anyMatch(line -> line.startsWith("timeline:"));
  }

  private static Stream<Path> walk(Path start) {
    if (!Files.exists(start)) {
      return Stream.empty();
    }
    try {
      return Files.walk(start)
          .filter(file -> file.toString().endsWith(".md") || file.endsWith("mainstay.yaml"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("shown")
  void isRight(Shown shown) {
    Outcome outcome = new YamlSpecReader().read(shown.text(), shown.place(), Path.of("/srv"));
    if (outcome instanceof Outcome.Invalid invalid) {
      assertThat(invalid.problems()).extracting(SpecProblem::describe).isEmpty();
    }
  }

  @Test
  void findsTheBlocks() throws IOException {
    assertThat(shown())
        .extracting(Shown::place)
        .anyMatch(place -> place.startsWith("docs/file.md"));
    assertThat(shown()).extracting(Shown::place).contains("examples/shop/mainstay.yaml");
  }
}
