package io.mainstay.decisions.drill;

import io.mainstay.model.ServiceName;
import io.mainstay.model.Verdict;
import io.mainstay.model.spec.DrillSpec;
import io.mainstay.model.state.DrillRecord;
import io.mainstay.model.state.DrillReport;
import io.mainstay.model.state.PlannedDrill;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which drill comes by itself now, if one does: the one that is overdue for longest and that
 * nothing speaks against. At most one at a time, and none within {@link #REST} of another: what was
 * missed is not made up in a bunch.
 */
public final class DrillSchedule {
  /** Between two drills, whosever they are. */
  public static final Duration REST = Duration.ofMinutes(10);

  /** For so long failed requests of drills count. */
  public static final Duration BUDGET_OVER = Duration.ofDays(30);

  private DrillSchedule() {}

  /**
   * A drill of the file.
   *
   * @param service whose
   * @param drill as the file describes it
   * @param verdict of the service
   * @param paused whether its automation is off
   * @param known since when this server knows of the drill
   */
  public record Planned(
      ServiceName service, DrillSpec drill, Verdict verdict, boolean paused, Instant known) {}

  /**
   * Decides.
   *
   * @param planned all of the file
   * @param history drills that are over, the newest first
   * @param running whether a drill is under way
   * @param now wall clock, since windows are of the day
   * @return one ruling for each that comes by itself, in the order of {@code planned}; at most one
   *     of them comes
   */
  public static List<PlannedDrill> decide(
      List<Planned> planned, List<DrillRecord> history, boolean running, Instant now) {
    List<PlannedDrill> rulings = new ArrayList<>();
    int chosen = -1;
    for (Planned one : planned) {
      if (one.drill().every().isEmpty()) {
        continue;
      }
      Instant due = due(one, history);
      Optional<String> against = against(one, due, history, running, now);
      if (against.isEmpty() && (chosen < 0 || due.isBefore(rulings.get(chosen).due()))) {
        chosen = rulings.size();
      }
      rulings.add(new PlannedDrill(one.service(), one.drill().name(), due, against));
    }
    for (int i = 0; i < rulings.size(); i++) {
      PlannedDrill ruling = rulings.get(i);
      if (i != chosen && ruling.against().isEmpty()) {
        rulings.set(
            i,
            new PlannedDrill(
                ruling.service(),
                ruling.name(),
                ruling.due(),
                Optional.of("another drill is overdue for longer")));
      }
    }
    return rulings;
  }

  private static Instant due(Planned one, List<DrillRecord> history) {
    Duration every = one.drill().every().orElseThrow();
    return last(one, history).map(DrillRecord::began).orElse(one.known()).plus(every);
  }

  private static Optional<DrillRecord> last(Planned one, List<DrillRecord> history) {
    return history.stream()
        .filter(old -> old.service().equals(one.service()))
        .filter(old -> old.name().filter(one.drill().name()::equals).isPresent())
        .findFirst();
  }

  private static Optional<String> against(
      Planned one, Instant due, List<DrillRecord> history, boolean running, Instant now) {
    if (now.isBefore(due)) {
      return Optional.of("it is not due");
    }
    if (last(one, history).filter(old -> !old.passed()).isPresent()) {
      return Optional.of("it failed the last time: run it by hand until it passes");
    }
    if (one.drill().window().isPresent()) {
      Optional<Instant> closes = one.drill().window().get().closes(now);
      if (closes.isEmpty()) {
        return Optional.of("its window is closed: " + one.drill().window().get().describe());
      }
      if (closes.get().isBefore(now.plus(one.drill().load()))) {
        return Optional.of("its window closes before it would end");
      }
    }
    if (one.paused()) {
      return Optional.of("automation of " + one.service() + " is paused");
    }
    if (one.verdict() != Verdict.HEALTHY) {
      return Optional.of(one.service() + " is " + one.verdict().label());
    }
    if (running) {
      return Optional.of("another drill runs");
    }
    Optional<DrillRecord> newest = history.stream().findFirst();
    if (newest.filter(old -> old.began().plus(REST).isAfter(now)).isPresent()) {
      return Optional.of("another drill ended a short time ago");
    }
    long cost = cost(one, history, now);
    if (cost > one.drill().budget()) {
      return Optional.of(
          "drills of "
              + one.service()
              + " have cost "
              + cost
              + " requests within 30 days, its budget is "
              + one.drill().budget());
    }
    return Optional.empty();
  }

  /** Requests that failed by drills of this service, by hand or not. */
  private static long cost(Planned one, List<DrillRecord> history, Instant now) {
    long cost = 0;
    for (DrillRecord old : history) {
      if (old.service().equals(one.service()) && old.began().plus(BUDGET_OVER).isAfter(now)) {
        cost += old.report().map(DrillReport::failed).orElse(0L);
      }
    }
    return cost;
  }
}
