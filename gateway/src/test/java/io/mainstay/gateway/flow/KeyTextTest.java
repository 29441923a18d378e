package io.mainstay.gateway.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.state.FlowKey;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class KeyTextTest {
  @Test
  void isTheKeyThatADatabaseGives() {
    KeyText key = new KeyText();
    for (String text : new String[] {"", "o-17", "Bestellung Ä 7", "x".repeat(1000)}) {
      key.clear();
      key.addAll(text.getBytes(StandardCharsets.UTF_8));
      assertThat(key.key()).isEqualTo(FlowKey.hash(text));
    }
  }
}
