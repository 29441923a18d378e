package io.mainstay.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.spec.SpecProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every scenario that the documentation shows, and every example of one, is one that works. */
class ShownScenariosTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```ya?ml\\n(.*?)^```");
  private static final Path DOCUMENT = Path.of("../docs/simulate.md");
  private static final Path EXAMPLE = Path.of("../examples/simulate/node-dies.yaml");
  private static final Path SHOP = Path.of("../examples/shop/mainstay.yaml");

  @Test
  void areRight() throws IOException {
    Map<String, String> scenarios = new LinkedHashMap<>();
    scenarios.put(EXAMPLE.toString(), Files.readString(EXAMPLE));
    Matcher block = BLOCK.matcher(Files.readString(DOCUMENT));
    while (block.find()) {
      scenarios.put(DOCUMENT + " at " + block.start(), block.group(1));
    }
    assertThat(scenarios).hasSizeGreaterThan(2);
    YamlScenarioReader reader = new YamlScenarioReader(_ -> Files.readString(SHOP));
    scenarios.forEach((name, text) -> {
      if (reader.read(text, name, Path.of("/srv"))
          instanceof YamlScenarioReader.Outcome.Invalid invalid) {
        assertThat(invalid.problems()).extracting(SpecProblem::describe).isEmpty();
      }
    });
  }
}
