package io.mainstay.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One run of wrk. */
final class Wrk {
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
  private static final Pattern QUANTILE =
      Pattern.compile("(?m)^\\s+(50|99)%\\s+([0-9.]+)(us|ms|s)\\s*$");

  private Wrk() {}

  /**
   * What a run showed.
   *
   * @param requests that were answered
   * @param perSecond of them
   * @param medianMicros latency
   * @param p99Micros latency
   * @param errors socket errors and answers other than 2xx and 3xx, one phrase; empty if none
   */
  record Result(
      long requests, double perSecond, double medianMicros, double p99Micros, String errors) {}

  static Result run(String url, int connections, int seconds, List<String> headers)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Machine.program("wrk"),
                "-t1",
                "-c" + connections,
                "-d" + seconds + "s",
                "--latency"));
    headers.forEach(header -> command.addAll(List.of("-H", header)));
    command.add(url);
    String output = Machine.run(command);
    StringBuilder errors = new StringBuilder();
    output
        .lines()
        .filter(line -> line.contains("Socket errors") || line.contains("Non-2xx"))
        .forEach(line -> errors.append(line.strip()).append(' '));
    double median = 0;
    double p99 = 0;
    Matcher quantile = QUANTILE.matcher(output);
    while (quantile.find()) {
      double factor =
          switch (quantile.group(3)) {
            case "us" -> 1;
            case "ms" -> 1e3;
            default -> 1e6;
          };
      double micros = Double.parseDouble(quantile.group(2)) * factor;
      if (quantile.group(1).equals("50")) {
        median = micros;
      } else {
        p99 = micros;
      }
    }
    return new Result(
        (long) number(REQUESTS, output),
        number(RATE, output),
        median,
        p99,
        errors.toString().strip());
  }

  private static double number(Pattern pattern, String output) {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw new IllegalStateException("wrk said: " + output);
    }
    return Double.parseDouble(matcher.group(1));
  }
}
