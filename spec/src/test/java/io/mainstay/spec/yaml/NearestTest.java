package io.mainstay.spec.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  private static final List<String> KEYS =
      List.of(
          "run", "replicas", "standby", "health", "depends-on", "timeouts", "retries", "budget");

  @ParameterizedTest
  @CsvSource({
    "replica, replicas",
    "replcias, replicas",
    "Replicas, replicas",
    "depends_on, depends-on",
    "dependsOn, depends-on",
    "retires, retries",
    "health-check, health",
    "runn, run",
    "ran, run",
  })
  void findsWhatWasMeant(String text, String expected) {
    assertThat(Nearest.of(text, KEYS)).contains(expected);
  }

  @ParameterizedTest
  @CsvSource({"x", "true", "image", "networks", "zzzzzzzz", "''"})
  void staysSilentOtherwise(String text) {
    assertThat(Nearest.of(text, KEYS)).isEmpty();
  }
}
