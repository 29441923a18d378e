package io.mainstay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VariablesTest {
  private final Variables variables =
      new Variables(
          new LinkedHashMap<>(Map.of("PORT", "20001")),
          new LinkedHashMap<>(Map.of("HOME", "/home/anna", "NAME", "shop")));

  @Test
  void fillsInPathsBelowTheFolderOfTheFile() {
    assertThat(variables.expand(Path.of("/srv/${NAME}/data"))).isEqualTo(Path.of("/srv/shop/data"));
    assertThat(variables.expand(Path.of("/srv/app-${NAME}"))).isEqualTo(Path.of("/srv/app-shop"));
    assertThat(variables.expand(Path.of("/srv/plain"))).isEqualTo(Path.of("/srv/plain"));
    assertThat(variables.problem()).isEmpty();
  }

  @Test
  void startsAnewWhereAValueIsAnAbsolutePath() {
    assertThat(variables.expand(Path.of("/srv/${HOME}/data")))
        .isEqualTo(Path.of("/home/anna/data"));
  }

  @Test
  void namesWhatIsUndefinedInAPath() {
    variables.expand(Path.of("/srv/${NOWHERE}"));
    assertThat(variables.problem()).hasValueSatisfying(text -> text.contains("NOWHERE"));
  }

  @Test
  void givesWhatMainstayKnowsBeforeEverythingElse() {
    variables.put("PORT", "1");
    assertThat(variables.expand(List.of("--port", "${PORT}"))).containsExactly("--port", "20001");
    assertThat(variables.environment()).containsEntry("PORT", "20001");
  }
}
