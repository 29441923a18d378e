package io.mainstay.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Drills that are over, and how long recovery took. */
final class DrillTable {
  private static final int SHOWN = 20;

  private final Screen screen;

  DrillTable(Screen screen) {
    this.screen = screen;
  }

  private void planned(List<JsonTree> planned) {
    if (planned.isEmpty()) {
      return;
    }
    Table table = new Table(screen, "DUE", "SERVICE", "DRILL", "WHY NOT NOW");
    for (JsonTree drill : planned) {
      table.row(
          Words.time(drill.text("due")),
          drill.text("service"),
          drill.text("name"),
          drill.text("against").isEmpty() ? "(it begins)" : drill.text("against"));
    }
    table.lines().forEach(screen::line);
    screen.line("");
  }

  int show(AdminClient client, @Nullable String service, boolean json) {
    byte[] answer =
        client.getBytes(
            "/api/v1/drills"
                + (service == null ? "" : "?service=" + ServerCommand.name(service, "a service")));
    JsonTree tree = JsonTree.read(answer);
    if (json) {
      screen.line(tree.json());
      return ExitCode.DONE;
    }
    List<JsonTree> drills = tree.list("drills");
    planned(tree.list("planned"));
    if (drills.isEmpty()) {
      screen.line("no drill has ended yet");
      return ExitCode.DONE;
    }
    Table table = new Table(screen, "BEGAN", "SERVICE", "DRILL", "LOST", "RECOVERY", "RESULT");
    Map<String, List<Double>> recoveries = new LinkedHashMap<>();
    int shown = 0;
    for (JsonTree drill : drills) {
      JsonTree report = drill.get("report");
      boolean recovered = !report.get("recoveryMillis").isEmpty();
      String what = drill.text("name").isEmpty() ? drill.text("kind") : drill.text("name");
      if (recovered) {
        recoveries
            .computeIfAbsent(drill.text("service") + " " + what, _ -> new ArrayList<>())
            .add(report.number("recoveryMillis"));
      }
      if (shown++ < SHOWN) {
        table.row(
            Words.time(drill.text("began")),
            drill.text("service"),
            what,
            report.isEmpty() ? "-" : report.text("failed") + " of " + report.text("sent"),
            recovered ? Words.millis(report.number("recoveryMillis")) : "-",
            drill.flag("passed") ? "passed" : "failed: " + drill.text("message"));
      }
    }
    table.lines().forEach(screen::line);
    screen.line("");
    Table sums = new Table(screen, "DRILL", "RUNS", "MEDIAN", "WORST", "");
    recoveries.forEach((what, millis) -> {
      List<Double> sorted = millis.stream().sorted().toList();
      sums.row(
          what,
          Integer.toString(sorted.size()),
          Words.millis(sorted.get((sorted.size() - 1) / 2)),
          Words.millis(sorted.getLast()),
          "");
    });
    if (!recoveries.isEmpty()) {
      sums.lines().forEach(screen::line);
    }
    return ExitCode.DONE;
  }
}
