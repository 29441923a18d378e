package io.mainstay.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedProbeSecretTest {
  private final List<String> told = new ArrayList<>();

  @Test
  void takesOnThatOfTheServerThatDecidesAndTellsTheGateway() {
    SharedProbeSecret secret = new SharedProbeSecret("one", told::add);
    secret.adopt("two");
    secret.adopt("two");
    assertThat(secret.get()).isEqualTo("two");
    assertThat(told).containsExactly("one", "two");
  }

  @Test
  void isNeverPrinted() {
    assertThat(new SharedProbeSecret("one", told::add).toString()).doesNotContain("one");
  }
}
