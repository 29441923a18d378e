package io.mainstay.probes;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.ports.Prober.Outcome;
import io.mainstay.ports.ProcessHost.CommandOutcome;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NagiosOutputTest {
  @ParameterizedTest
  @CsvSource({
    "0, PASS",
    "1, WARNING",
    "2, FAIL",
    "3, UNKNOWN",
    "4, FAIL",
    "22, FAIL",
    "126, UNKNOWN",
    "127, UNKNOWN",
    "255, FAIL"
  })
  void judgesByTheExitCode(int code, Outcome outcome) {
    assertThat(output(code, "text").outcome()).isEqualTo(outcome);
  }

  @Test
  void partsMessageAndPerformanceDataAtTheBar() {
    NagiosOutput output = output(0, "DISK OK - free 3 GB | /=2643MB;5948;5958;0;5968\n");
    assertThat(output.message()).isEqualTo("DISK OK - free 3 GB");
    assertThat(output.performanceData()).isEqualTo("/=2643MB;5948;5958;0;5968");
  }

  @Test
  void readsTheLongFormWithItsSecondBar() {
    NagiosOutput output =
        output(1, "DISK WARNING | /=1MB;2\n/ 15 GB\n/boot 68 MB | /boot=68MB;88\n'b c'=5ms\n");
    assertThat(output.message()).isEqualTo("DISK WARNING");
    assertThat(output.performanceData()).isEqualTo("/=1MB;2 /boot=68MB;88 'b c'=5ms");
  }

  @Test
  void saysTheExitCodeIfTheCommandSaysNothing() {
    assertThat(output(2, "").message()).isEqualTo("exit code 2");
  }

  @Test
  void doesNotKnowWhenTheCommandHadNoCode() {
    NagiosOutput output =
        NagiosOutput.of(
            new CommandOutcome(OptionalInt.empty(), "half\n", Optional.of("no end within 5 ms")));
    assertThat(output.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(output.message()).isEqualTo("no end within 5 ms: half");
  }

  private static NagiosOutput output(int code, String text) {
    return NagiosOutput.of(new CommandOutcome(OptionalInt.of(code), text, Optional.empty()));
  }
}
