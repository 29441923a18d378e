package io.mainstay.spec.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {
  /** Words are joined by {@code ¦} in the table. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '~',
      value = {
        "java Shop.java --port ${PORT} @ java¦Shop.java¦--port¦${PORT}",
        "  a   b  @ a¦b",
        "a 'b c' d @ a¦b c¦d",
        "a \"b c\"d'e f' @ a¦b cde f",
        "a '' \"\" b @ a¦¦¦b",
        "a\\ b \\\"c @ a b¦\"c",
        "\"a\\\"b\\\\c\\d\" @ a\"b\\c\\d",
        "'a\\' b @ a\\¦b",
        "a ${X:-b c} \"${Y:-d e}\" @ a¦${X:-b c}¦${Y:-d e}",
        "a --x=${X:-{\"k\": 1}} @ a¦--x=${X:-{\"k\": 1}}",
        "a \\${X} \"\\${X}\" @ a¦$${X}¦$${X}",
        "a $${X y @ a¦$${X¦y",
        "a '|' \\; \"&&\" x|y @ a¦|¦;¦&&¦x|y",
        "sh -c 'exec x > log 2>&1' @ sh¦-c¦exec x > log 2>&1",
      })
  void splitsAsAShellWould(String text, String words) {
    assertThat(Words.split(text)).isEqualTo(new Words.Outcome.Split(List.of(words.split("¦", -1))));
  }

  @Test
  void takesLineBreaksForSpaces() {
    assertThat(Words.split("a \\\n  --b\n--c"))
        .isEqualTo(new Words.Outcome.Split(List.of("a", "--b", "--c")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "  ", "''", "a 'b", "a \"b", "a \\", "a | b", "a && b", "a > b", "a 2>&1", "a ; b",
        "a &"
      })
  void refusesWhatItCannotSplitOrWhatNeedsAShell(String text) {
    assertThat(Words.split(text)).isInstanceOf(Words.Outcome.Bad.class);
  }
}
