package io.mainstay.decisions.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AgentShareTest {
  @Test
  void takesOverWhatIsFarFromWhatItWas() {
    assertThat(AgentShare.next(1, 0.5)).isEqualTo(0.5);
    assertThat(AgentShare.next(0.75, 0.7)).isEqualTo(0.7);
    assertThat(AgentShare.next(0.7, 0.75)).isEqualTo(0.75);
    assertThat(AgentShare.next(0.04, 0.02)).isEqualTo(0.02);
    assertThat(AgentShare.next(0.01, 0.02)).isEqualTo(0.02);
  }

  @Test
  void passesOverWhatFluctuates() {
    assertThat(AgentShare.next(1, 0.97)).isEqualTo(1);
    assertThat(AgentShare.next(0.5, 0.46)).isEqualTo(0.5);
    assertThat(AgentShare.next(0.5, 0.54)).isEqualTo(0.5);
    assertThat(AgentShare.next(0.04, 0.03)).isEqualTo(0.04);
  }

  @Test
  void alwaysReturnsToTheWhole() {
    assertThat(AgentShare.next(0.98, 1)).isEqualTo(1);
  }
}
