package io.mainstay.decisions.fleet;

import io.mainstay.decisions.remedy.BudgetFacts;
import io.mainstay.model.spec.ServiceSpec.DisruptionBudget;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/** How a service stands before something is taken out of it. */
public final class Budgets {
  private Budgets() {}

  /**
   * Counts what serves, what would stand in, and what is out for whatever cause.
   *
   * @param members all instances, with what was decided of them so far
   */
  public static BudgetFacts of(
      List<Member> members, int desired, DisruptionBudget budget, boolean massFailure) {
    int serving = 0;
    int cover = 0;
    int restarting = 0;
    LinkedHashMap<String, String> out = new LinkedHashMap<>();
    for (Member member : members) {
      if (!member.isWanted()) {
        continue;
      }
      if (member.serves()) {
        serving++;
      } else if (member.inTraffic()) {
        out.put(member.id().toString(), "its live check fails, and it answers nothing");
      } else if (member.isReady()) {
        cover++;
      } else if (member.isServing()) {
        out.put(member.id().toString(), why(member));
      }
      // What fails again in its new run is not coming back: it must not hold up its own restart.
      // One whose new run has not begun still fails by its old one, and counts.
      boolean failsAgain = !member.restartPending() && Restarts.failsLive(member);
      restarting += member.restarting() && !failsAgain ? 1 : 0;
    }
    return new BudgetFacts(desired, serving, cover, restarting, massFailure, budget, out);
  }

  /**
   * As {@link #of}, for an act that happens at once: where the gateway has spoken, only what it
   * sends requests to counts as serving. What agents said last may be gone, after a reconnect for
   * instance. A service that the gateway says nothing about is taken as its agents describe it.
   */
  public static BudgetFacts atOnce(
      List<Member> members, int desired, DisruptionBudget budget, boolean massFailure) {
    boolean heard = members.stream().anyMatch(member -> member.signals().isPresent());
    if (!heard) {
      return of(members, desired, budget, massFailure);
    }
    BudgetFacts sure =
        of(members.stream().filter(Budgets::isSure).toList(), desired, budget, massFailure);
    LinkedHashMap<String, String> out = new LinkedHashMap<>(sure.out());
    for (Member member : members) {
      if (!isSure(member)) {
        out.put(member.id().toString(), "the gateway sends it no requests");
      }
    }
    return new BudgetFacts(
        desired, sure.serving(), sure.cover(), sure.restarting(), massFailure, budget, out);
  }

  /** Whether gateway and agent agree on whether it serves. */
  private static boolean isSure(Member member) {
    return !member.serves() || member.routed();
  }

  /** Why an instance is out, one phrase. */
  static String why(Member member) {
    if (member.lost()) {
      return "its node " + member.node() + " is lost";
    }
    if (member.ejected().isPresent()) {
      return "ejected: " + member.ejected().get();
    }
    if (!member.isRun()) {
      return "held: " + member.assignment().reason();
    }
    if (member.restartPending()) {
      return "restart asked for: " + member.assignment().reason();
    }
    return member.phase().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
