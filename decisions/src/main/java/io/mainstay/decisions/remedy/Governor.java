package io.mainstay.decisions.remedy;

import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.decisions.remedy.Arbitration.Limit;
import io.mainstay.decisions.remedy.Arbitration.Ruling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one budget from which everything that takes an instance out draws: live-check restarts,
 * updates, operators' acts, scale-in. What is out already, for whatever cause, was drawn before.
 *
 * <p>Rules, the first that applies wins:
 *
 * <ol>
 *   <li>a restart while more than half fail at once: one at a time
 *   <li>a restart while {@code max-unavailable} restarts are not finished: no
 *   <li>an act on what serves nothing: yes, it costs nothing. That is what takes no traffic, and
 *       what fails its live check while the gateway sees no good answer of it
 *   <li>fewer than {@code floor} would serve: no
 *   <li>more than {@code max-unavailable} of the desired ones would be out: no
 *   <li>else yes, and the next intent sees the cost of this one
 * </ol>
 *
 * <p>A ready standby covers for one that goes. An intent with force is granted, and its cost and
 * what spoke against it are recorded.
 */
public final class Governor {
  private int serving;
  private int cover;
  private int restarting;
  private final BudgetFacts facts;

  private Governor(BudgetFacts facts) {
    this.facts = facts;
    serving = facts.serving();
    cover = facts.cover();
    restarting = facts.restarting();
  }

  /** Rules on all intents for one service, in their order: the more urgent ones come first. */
  public static Arbitration arbitrate(List<Intent> intents, BudgetFacts facts) {
    Governor governor = new Governor(facts);
    List<Ruling> rulings = new ArrayList<>(intents.size());
    for (Intent intent : intents) {
      Ruling ruling = governor.rule(intent);
      rulings.add(ruling);
      if (ruling.granted()) {
        governor.draw(intent);
      }
    }
    return new Arbitration(rulings);
  }

  private Ruling rule(Intent intent) {
    int maxUnavailable = facts.budget().maxUnavailable().of(facts.desired(), 0);
    if (intent.kind().isRestart()) {
      if (facts.massFailure() && restarting > 0) {
        return ruling(
            intent, Limit.MASS_FAILURE, "more than half fail at once: one restart at a time");
      }
      if (restarting >= Math.max(1, maxUnavailable)) {
        return ruling(
            intent, Limit.MAX_UNAVAILABLE, restarting + " restarted and not ready again yet");
      }
    }
    if (!intent.takesTraffic()) {
      return ruling(intent, null, "serves nothing, so it costs nothing");
    }
    int left = serving - 1 + cover;
    int floor = floor(intent);
    if (left < floor) {
      return ruling(intent, Limit.FLOOR, left + " would serve, floor is " + floor);
    }
    if (facts.desired() - left > maxUnavailable) {
      return ruling(
          intent,
          Limit.MAX_UNAVAILABLE,
          (facts.desired() - left)
              + " of "
              + facts.desired()
              + " would be out, max-unavailable is "
              + maxUnavailable);
    }
    return ruling(intent, null, left + " go on serving");
  }

  /**
   * The floor is never above what is desired. An update in place of the last one, or running the
   * only one anew with its group, is no loss by remedy: the file asks for it, its requests are held
   * until it is back, and what has one instance could else never be updated or follow.
   */
  private int floor(Intent intent) {
    int floor = Math.min(facts.budget().floor(), facts.desired());
    boolean held =
        intent.kind() == Intent.Kind.UPDATE_IN_PLACE
            || (intent.kind() == Intent.Kind.GROUP_RESTART && facts.desired() == 1);
    return held ? Math.max(0, Math.min(floor, facts.desired() - 1)) : floor;
  }

  private void draw(Intent intent) {
    if (intent.kind().isRestart()) {
      restarting++;
    }
    if (intent.takesTraffic()) {
      if (cover > 0 && serving <= facts.desired()) {
        cover--;
      } else {
        serving--;
      }
    }
  }

  private Ruling ruling(Intent intent, @Nullable Limit limit, String reason) {
    Evidence evidence =
        Evidence.of("wanted", intent.kind().label())
            .and("desired", facts.desired())
            .and("serving", serving)
            .and("standbys-ready", cover)
            .and("restarting", restarting)
            .and("max-unavailable", facts.budget().maxUnavailable().of(facts.desired(), 0))
            .and("floor", facts.budget().floor());
    facts.out().forEach((instance, why) -> evidence.and("out " + instance, why));
    if (limit != null) {
      evidence.and("limit", limit.label());
    }
    return new Ruling(intent, Optional.ofNullable(limit), reason, evidence.map());
  }
}
