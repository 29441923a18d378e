package io.mainstay.probes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EscapesTest {
  @ParameterizedTest
  @CsvSource({
    "PING\\r\\n, 50494e470d0a",
    "a\\t\\0b, 61090062",
    "\\x00\\xfF, 00ff",
    "\\\\n, 5c6e",
    "\\q\\x1, 5c715c7831",
    "end\\, 656e645c",
    "ü, fc",
  })
  void resolvesWhatIsAnEscapeAndLeavesTheRest(String text, String hex) {
    assertThat(Escapes.bytes(text)).asHexString().isEqualToIgnoringCase(hex);
  }

  @ParameterizedTest
  @CsvSource({"PING, PING"})
  void leavesPlainTextAlone(String text, String same) {
    assertThat(new String(Escapes.bytes(text), StandardCharsets.ISO_8859_1)).isEqualTo(same);
  }
}
