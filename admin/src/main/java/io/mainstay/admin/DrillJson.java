package io.mainstay.admin;

import io.mainstay.model.state.DrillRecord;
import io.mainstay.model.state.DrillReport;
import io.mainstay.model.state.PlannedDrill;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Drills as JSON. */
final class DrillJson {
  private DrillJson() {}

  static SequencedMap<String, @Nullable Object> report(DrillReport report) {
    return Json.object(
        "service",
        report.service().value(),
        "kind",
        report.kind().label(),
        "victim",
        report.victim(),
        "sent",
        report.sent(),
        "failed",
        report.failed(),
        "failures",
        report.failures(),
        "medianLatencyMillis",
        ModelJson.millis(report.medianLatency()),
        "worstLatencyMillis",
        ModelJson.millis(report.worstLatency()),
        "trafficOffMillis",
        report.trafficOff().map(ModelJson::millis).orElse(null),
        "standbyServingMillis",
        report.standbyServing().map(ModelJson::millis).orElse(null),
        "fullStrengthMillis",
        report.fullStrength().map(ModelJson::millis).orElse(null),
        "recoveryMillis",
        report.recovery().map(ModelJson::millis).orElse(null),
        "moments",
        report.moments().stream().map(DrillJson::moment).toList());
  }

  private static SequencedMap<String, @Nullable Object> moment(DrillReport.Moment moment) {
    return Json.object("what", moment.what(), "afterMillis", ModelJson.millis(moment.after()));
  }

  static SequencedMap<String, @Nullable Object> record(DrillRecord drill) {
    return Json.object(
        "id",
        drill.id(),
        "began",
        drill.began().toString(),
        "actor",
        drill.actor().value(),
        "service",
        drill.service().value(),
        "kind",
        drill.kind().label(),
        "name",
        drill.name().orElse(null),
        "passed",
        drill.passed(),
        "message",
        drill.message(),
        "report",
        drill.report().map(DrillJson::report).orElse(null));
  }

  static SequencedMap<String, @Nullable Object> planned(PlannedDrill drill) {
    return Json.object(
        "service",
        drill.service().value(),
        "name",
        drill.name(),
        "due",
        drill.due().toString(),
        "against",
        drill.against().orElse(null));
  }
}
