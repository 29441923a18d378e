package io.mainstay.simulator;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class WorldsTest {
  /** Worlds of one machine, and clusters of two to five. */
  private static final int WORLDS = 200;

  private static final int CLUSTERS = 36;

  @Test
  void everyWorldOfOneMachineKeepsTheInvariantsAndRecovers() {
    assertThat(run(1, 1, WORLDS).keySet())
        .as("interesting states that some world must reach")
        .contains(
            Sometimes.State.PROCESS_EXITED,
            Sometimes.State.PROCESS_HUNG,
            Sometimes.State.PROCESS_FROZEN,
            Sometimes.State.SPAWN_FAILED,
            Sometimes.State.SLOW_START,
            Sometimes.State.CRASH_LOOP,
            Sometimes.State.CHECK_LIED_GREEN,
            Sometimes.State.CHECK_LIED_RED,
            Sometimes.State.GRANDCHILDREN_LEFT,
            Sometimes.State.TERM_IGNORED,
            Sometimes.State.SERVER_CRASHED,
            Sometimes.State.PROCESS_ADOPTED,
            Sometimes.State.INTENT_ADOPTED,
            Sometimes.State.STRAY_FOUND,
            Sometimes.State.COORDINATOR_CUT,
            Sometimes.State.LEADERSHIP_LOST,
            Sometimes.State.DISK_FULL,
            Sometimes.State.DISK_STALLED,
            Sometimes.State.WRITE_FAILED,
            Sometimes.State.INSTANCE_PARKED,
            Sometimes.State.LIVE_RESTART,
            Sometimes.State.REMEDY_REFUSED,
            Sometimes.State.SCALED_UP,
            Sometimes.State.SCALED_DOWN,
            Sometimes.State.ROLLOUT_HALTED,
            Sometimes.State.CLOCK_STEPPED,
            Sometimes.State.OUTLIER_EJECTED,
            Sometimes.State.OUTLIER_RESTORED,
            Sometimes.State.STANDBY_PROMOTED,
            Sometimes.State.STANDBY_THAWED,
            Sometimes.State.REQUEST_QUEUED,
            Sometimes.State.REQUEST_RETRIED,
            Sometimes.State.REQUEST_REFUSED,
            Sometimes.State.ROLLED_OUT,
            Sometimes.State.SERVICE_DIVERTED,
            Sometimes.State.REQUEST_DIVERTED,
            Sometimes.State.OPERATOR_ACTED);
  }

  @Test
  void everyClusterKeepsTheInvariantsAndRecovers() {
    Map<Sometimes.State, Integer> reached = new EnumMap<>(Sometimes.State.class);
    for (int nodes = 2; nodes <= 5; nodes++) {
      run(nodes, 1, nodes == 3 ? CLUSTERS / 2 : CLUSTERS / 6)
          .forEach((state, count) -> reached.merge(state, count, Integer::sum));
    }
    assertThat(reached.keySet())
        .as("interesting states that some cluster must reach")
        .contains(
            Sometimes.State.MACHINE_UNREACHABLE,
            Sometimes.State.NODE_SILENT,
            Sometimes.State.NODE_HEARD,
            Sometimes.State.NODE_SUSPECT,
            Sometimes.State.NODE_LOST,
            Sometimes.State.NODE_RESTORED,
            Sometimes.State.NODE_DRAINED,
            Sometimes.State.REPLACEMENT_FROZEN,
            Sometimes.State.REPLACEMENT_RESUMED,
            Sometimes.State.POWER_CUT,
            Sometimes.State.JOURNAL_LOST,
            Sometimes.State.MACHINE_FROZEN,
            Sometimes.State.SERVER_FROZEN,
            Sometimes.State.LINK_CUT,
            Sometimes.State.LINK_CUT_ONE_WAY,
            Sometimes.State.NODE_ISOLATED,
            Sometimes.State.COORDINATOR_SILENT,
            Sometimes.State.SESSION_LOST,
            Sometimes.State.QUORUM_LOST,
            Sometimes.State.QUORUM_REGAINED,
            Sometimes.State.LEADER_CHANGED,
            Sometimes.State.LEADER_CHANGED_IN_A_ROLLOUT,
            Sometimes.State.MESSAGE_LOST,
            Sometimes.State.MESSAGE_DELAYED,
            Sometimes.State.MESSAGE_DOUBLED,
            Sometimes.State.COMMAND_FORWARDED,
            Sometimes.State.ZONE_EVACUATED);
  }

  @Test
  @Tag("deep")
  void thousandsOfWorldsDoSo() {
    run(1, 1_000, 1_500);
    for (int nodes = 2; nodes <= 5; nodes++) {
      run(nodes, 1_000, 150);
    }
  }

  private static Map<Sometimes.State, Integer> run(int nodes, long from, long count) {
    List<String> failed = new ArrayList<>();
    Map<Sometimes.State, Integer> reached = new EnumMap<>(Sometimes.State.class);
    for (long seed = from; seed < from + count; seed++) {
      Simulation.Result result = new Simulation(seed, nodes, Variation.NONE, 0).run();
      result
          .violation()
          .ifPresent(what -> failed.add(what + "\n  show it again with: " + result.replay()));
      result.sometimes().forEach((state, times) -> reached.merge(state, times, Integer::sum));
    }
    assertThat(failed).isEmpty();
    return reached;
  }

  @Test
  void theSameSeedsHaveTheSameTraceInTwoProcesses() throws Exception {
    String first = runInAProcessOfItsOwn();
    assertThat(first).contains("seed 1 ").contains("seed 12 ");
    assertThat(runInAProcessOfItsOwn()).isEqualTo(first);
  }

  private static String runInAProcessOfItsOwn() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Simulate.class.getName(),
                "--seed",
                "1",
                "--count",
                "12")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    // The sums say how long it took.
    return output.lines().filter(line -> line.startsWith("seed ")).collect(joining("\n"));
  }
}
