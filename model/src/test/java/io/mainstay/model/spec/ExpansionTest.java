package io.mainstay.model.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.spec.Expansion.Outcome;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpansionTest {
  private static final Map<String, String> VALUES =
      Map.of("PORT", "20001", "EMPTY", "", "ODD", "${PORT}");

  private static Outcome expand(String text) {
    return Expansion.expand(text, name -> Optional.ofNullable(VALUES.get(name)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "plain|plain",
        "--port=${PORT}|--port=20001",
        "${PORT}${PORT}|2000120001",
        "${NONE:-x}|x",
        "${NONE:-}|''",
        "${EMPTY:-x}|x",
        "${EMPTY}|''",
        "${NONE:-a ${PORT} b}|a 20001 b",
        "${NONE:-${OTHER:-y}}|y",
        "${PORT:-${NONE}}|20001",
        "$${PORT}|${PORT}",
        "a$$${PORT}b|a$${PORT}b",
        "$PORT $ $$|$PORT $ $$",
        "${ODD}|${PORT}",
        "${NONE:-{a}|{a",
        "}{|}{",
      })
  void fillsIn(String text, String expected) {
    assertThat(expand(text)).isEqualTo(new Outcome.Expanded(expected));
    assertThat(Expansion.problem(text)).isEmpty();
  }

  @Test
  void namesWhatIsUndefined() {
    assertThat(expand("a ${PORT} ${NONE} ${MORE}")).isEqualTo(new Outcome.Undefined("NONE"));
    assertThat(Expansion.problem("${NONE}")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"${", "${PORT", "${}", "${a b}", "${1A}", "${A-b}", "${A:-${B}", "x ${A:-${}}"})
  void refusesWhatIsNotWellFormed(String text) {
    assertThat(expand(text)).isInstanceOf(Outcome.Malformed.class);
    assertThat(Expansion.problem(text)).isPresent();
  }

  @Test
  void boundsTheDepthOfDefaults() {
    String deep = "${A:-".repeat(10_000) + "}".repeat(10_000);
    assertThat(Expansion.problem(deep)).isPresent();
    assertThat(expand(deep)).isInstanceOf(Outcome.Malformed.class);
  }

  @Test
  void tellsWhichNamesATextRefersTo() {
    assertThat(Expansion.names("a ${B} $${C} ${D:-x ${E:-${B}}} $F ${G"))
        .containsExactly("B", "D", "E");
    assertThat(Expansion.names("plain")).isEmpty();
  }
}
