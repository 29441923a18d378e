package io.mainstay.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.spec.SpecProblem;
import io.mainstay.ports.SpecReader.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** For each {@code bad/NAME.yaml} the messages of {@code bad/NAME.txt}, all of them, in order. */
class BadFilesTest {
  private static final Path FOLDER = Path.of("src/test/resources/bad");

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .map(name -> name.replace(".yaml", ""))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void tellsEverythingThatIsWrong(String name) throws IOException {
    String text = Files.readString(FOLDER.resolve(name + ".yaml"));
    Outcome outcome = new YamlSpecReader().read(text, name + ".yaml", Path.of("/srv"));
    assertThat(outcome).isInstanceOf(Outcome.Invalid.class);
    String messages =
        ((Outcome.Invalid) outcome)
            .problems().stream()
                .map(SpecProblem::describe)
                .collect(Collectors.joining("\n", "", "\n"));
    if (Boolean.getBoolean("write.expected")) {
      Files.writeString(FOLDER.resolve(name + ".txt"), messages);
    }
    assertThat(messages).isEqualTo(Files.readString(FOLDER.resolve(name + ".txt")));
  }
}
