package io.mainstay.admin;

import io.mainstay.model.ServiceName;
import io.mainstay.model.state.FlowStatus;
import java.time.Duration;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Flows as users read them. */
final class FlowJson {
  private FlowJson() {}

  static SequencedMap<String, @Nullable Object> flow(FlowStatus flow) {
    FlowStatus.Counts counts = flow.counts();
    return Json.object(
        "name",
        flow.key().name(),
        "health",
        flow.health().label(),
        "reason",
        flow.reason(),
        "suspect",
        flow.suspect().map(ServiceName::value).orElse(null),
        "begun",
        counts.begun(),
        "followed",
        counts.followed(),
        "missing",
        counts.missing(),
        "late",
        counts.late(),
        "beganWithoutKey",
        counts.beganWithoutKey(),
        "followedWithoutKey",
        counts.followedWithoutKey(),
        "refused",
        counts.refused(),
        "dropped",
        counts.dropped(),
        "oneIn",
        flow.oneIn(),
        "lost",
        flow.lost().stream().map(FlowJson::lost).toList());
  }

  private static SequencedMap<String, @Nullable Object> lost(FlowStatus.Lost lost) {
    return Json.object(
        "key",
        lost.text(),
        "lateByMilliseconds",
        lost.lateBy().map(Duration::toMillis).orElse(null));
  }
}
