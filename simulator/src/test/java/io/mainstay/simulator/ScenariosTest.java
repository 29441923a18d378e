package io.mainstay.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.scenario.Ending;
import io.mainstay.model.scenario.Script;
import io.mainstay.spec.YamlScenarioReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Scenarios with the transcripts that they have: {@code NAME.yaml} and {@code NAME.txt}. Rewrite
 * them with {@code -Dscenarios.rewrite=true}, and read what has changed.
 */
class ScenariosTest {
  private static final Path FOLDER = Path.of("src/test/resources/scenarios");

  @TestFactory
  List<DynamicTest> eachScenarioHasItsTranscriptAndWhatItExpects() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .sorted()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> compare(file)))
          .toList();
    }
  }

  private static void compare(Path file) throws IOException {
    List<String> transcript = new ArrayList<>();
    Ending ending = play(script(file), transcript);
    transcript.add("");
    transcript.addAll(ending.describe());
    String name = file.getFileName().toString().replace(".yaml", ".txt");
    Path golden = FOLDER.resolve(name);
    if (Boolean.getBoolean("scenarios.rewrite")) {
      Files.write(golden, transcript);
    }
    assertThat(transcript).isEqualTo(Files.readAllLines(golden));
    assertThat(ending.isGood()).as(String.join("\n", ending.describe())).isTrue();
  }

  @Test
  void theSameSeedGivesTheSameTranscriptAndAnotherOneAnother() throws IOException {
    Script script = script(FOLDER.resolve("node-killed.yaml"));
    List<String> first = new ArrayList<>();
    List<String> again = new ArrayList<>();
    List<String> other = new ArrayList<>();
    Ending ending = play(script, first);
    assertThat(play(script, again)).isEqualTo(ending);
    assertThat(again).isEqualTo(first);
    play(script.withSeed(2), other);
    assertThat(other).isNotEqualTo(first);
  }

  private static Ending play(Script script, List<String> transcript) {
    return new Play(script, new LinkedHashMap<>(), line -> transcript.add(line.describe()), false)
        .run();
  }

  private static Script script(Path file) throws IOException {
    YamlScenarioReader.Outcome outcome =
        new YamlScenarioReader(Files::readString)
            .read(Files.readString(file), file.getFileName().toString(), FOLDER.toAbsolutePath());
    return switch (outcome) {
      case YamlScenarioReader.Outcome.Valid valid -> valid.script();
      case YamlScenarioReader.Outcome.Invalid invalid ->
          throw new AssertionError(
              String.join(
                  "\n", invalid.problems().stream().map(problem -> problem.describe()).toList()));
    };
  }
}
