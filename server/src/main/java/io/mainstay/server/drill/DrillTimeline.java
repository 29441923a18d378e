package io.mainstay.server.drill;

import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.state.DrillReport.Moment;
import io.mainstay.ports.Time;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happened after a break, in order: each kind of event the first time that it comes for each
 * instance or service, since what Mainstay does about a fault may concern others than its victim.
 * Any thread.
 */
final class DrillTimeline {
  private static final int MOST = 30;

  private static final Set<EventKind> TOLD =
      EnumSet.of(
          EventKind.INSTANCE_LOST,
          EventKind.INSTANCE_STARTED,
          EventKind.INSTANCE_READY,
          EventKind.INSTANCE_NOT_READY,
          EventKind.INSTANCE_EXITED,
          EventKind.INSTANCE_RESTARTED,
          EventKind.INSTANCE_KILLED,
          EventKind.INSTANCE_ISOLATED,
          EventKind.INSTANCE_RELEASED,
          EventKind.INSTANCE_REMOVED,
          EventKind.STANDBY_PROMOTED,
          EventKind.STANDBY_READY,
          EventKind.CHECK_FAILED,
          EventKind.CHECK_PASSED,
          EventKind.OUTLIER_EJECTED,
          EventKind.OUTLIER_RESTORED,
          EventKind.REMEDY_REFUSED,
          EventKind.REMEDY_STARTED,
          EventKind.VERDICT_CHANGED,
          EventKind.TRANSACTION_FAILED,
          EventKind.TRANSACTION_PASSED,
          EventKind.FLOW_FAILED,
          EventKind.FLOW_PASSED,
          EventKind.BLAMED,
          EventKind.OPERATOR_NEEDED,
          EventKind.DIVERTED,
          EventKind.RESTORED);

  private final Time time;
  private final List<Moment> moments = new ArrayList<>();
  private final Set<String> met = new LinkedHashSet<>();
  private @Nullable MonotonicTime brokenAt;

  DrillTimeline(Time time) {
    this.time = time;
  }

  synchronized void broken() {
    brokenAt = time.now();
  }

  /** Something that no event tells. */
  synchronized void add(String what) {
    if (brokenAt != null && moments.size() < MOST && met.add(what)) {
      moments.add(new Moment(what, time.now().since(brokenAt)));
    }
  }

  /** An event was stored. */
  void saw(Event event) {
    if (TOLD.contains(event.kind())) {
      String whom =
          event
              .instance()
              .map(Object::toString)
              .or(() -> event.service().map(Object::toString))
              .orElse("");
      String verdict =
          event.kind() == EventKind.VERDICT_CHANGED
              ? " to " + event.evidence().getOrDefault("to", "")
              : "";
      add(event.kind().label() + " " + whom + verdict);
    }
  }

  synchronized List<Moment> moments() {
    return List.copyOf(moments);
  }
}
