package io.mainstay.server.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class GroupSignalsTest {
  @Test
  void stopsContinuesAndKillsAWholeGroup() throws Exception {
    Process leader = new ProcessBuilder("setsid", "sh", "-c", "sleep 60 & wait").start();
    long group = leader.pid();
    try {
      await(
          () -> leader.children().findAny().isPresent() && statField(group, 2).equals("" + group));
      long child = leader.children().findAny().orElseThrow().pid();

      new GroupSignals().send(group, Breaker.Signal.STOP);
      await(() -> statField(group, 0).equals("T") && statField(child, 0).equals("T"));

      new GroupSignals().send(group, Breaker.Signal.CONTINUE);
      await(() -> statField(group, 0).equals("S") && statField(child, 0).equals("S"));

      new GroupSignals().send(group, Breaker.Signal.KILL);
      assertThat(leader.waitFor(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      leader.descendants().forEach(ProcessHandle::destroyForcibly);
      leader.destroyForcibly();
    }
  }

  @Test
  void refusesGroupsThatCannotBeMeant() {
    assertThatThrownBy(() -> new GroupSignals().send(1, Breaker.Signal.STOP))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> new GroupSignals().send(0, Breaker.Signal.STOP))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aGroupThatIsGoneIsAnError() {
    assertThatThrownBy(() -> new GroupSignals().send(4_194_305, Breaker.Signal.STOP))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no such group");
  }

  /** State (0), parent (1) or group (2) of a process; empty if it is gone. */
  private static String statField(long pid, int field) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[field];
    } catch (IOException e) {
      return "";
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("waited too long").isNegative();
      Thread.onSpinWait();
    }
  }
}
