package io.mainstay.decisions.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs the decider over recorded traffic, one step a second. What is asked of it: enough instances
 * nearly always, few moves, and not many more than needed.
 */
class TraceReplayTest {
  /** An instance is full at its target divided by this: 70 % is the usual target. */
  private static final double TARGET_SHARE = 0.7;

  @ParameterizedTest
  @CsvSource({
    "azure-llm-conversation.csv, 2",
    "world-cup-1998.csv, 80",
    "azure-functions-2019.csv, 1"
  })
  void followsRealTrafficWithoutOscillating(String trace, double rpsAnInstance) throws IOException {
    List<Double> seconds = read(trace);
    ScalingRun run = new ScalingRun().rps(rpsAnInstance).bounds(1, 200).current(1);
    int overloaded = 0;
    int moves = 0;
    int reversals = 0;
    int direction = 0;
    double instanceSeconds = 0;
    double needed = 0;
    for (double rate : seconds) {
      int before = run.current();
      overloaded += rate > before * rpsAnInstance / TARGET_SHARE ? 1 : 0;
      run.rate(rate).seconds(1);
      int step = Integer.compare(run.current(), before);
      moves += Math.abs(step);
      reversals += step != 0 && step == -direction ? 1 : 0;
      direction = step == 0 ? direction : step;
      instanceSeconds += run.current();
      needed += Math.max(1, rate / rpsAnInstance);
    }
    double hours = seconds.size() / 3600.0;
    assertThat(overloaded).as("seconds over capacity").isLessThan(seconds.size() / 50);
    assertThat(reversals / hours).as("changes of direction an hour").isLessThanOrEqualTo(14);
    assertThat(moves / hours).as("instances added or removed an hour").isLessThanOrEqualTo(60);
    assertThat(instanceSeconds / needed).as("instances over those needed").isLessThan(3);
  }

  /** Requests a second for each second; a longer bucket is spread evenly. */
  private static List<Double> read(String name) throws IOException {
    List<Double> seconds = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                TraceReplayTest.class.getResourceAsStream("/traces/" + name),
                StandardCharsets.UTF_8))) {
      long start = -1;
      double count = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.startsWith("#") || line.startsWith("t_s")) {
          continue;
        }
        String[] cells = line.split(",");
        long at = Long.parseLong(cells[0]);
        for (long second = start; start >= 0 && second < at; second++) {
          seconds.add(count / (at - start));
        }
        start = at;
        count = Double.parseDouble(cells[1]);
      }
    }
    return seconds;
  }
}
