package io.mainstay.linux.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LinuxCallsTest {
  @Test
  void asksForAProcessWithoutASignal() {
    assertThat(LinuxCalls.kill(ProcessHandle.current().pid(), 0)).isZero();
  }

  @Test
  void neverSignalsItsOwnGroupOrTheWholeMachine() {
    for (long pid : new long[] {0, -1}) {
      // Signal 0 would harm nobody if it did.
      assertThatThrownBy(() -> LinuxCalls.kill(pid, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
