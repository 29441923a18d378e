package io.mainstay.decisions.status;

import io.mainstay.decisions.business.Diverted;
import io.mainstay.model.Verdict;
import io.mainstay.model.state.FlowHealth;
import io.mainstay.model.state.FlowStatus;
import io.mainstay.model.state.TransactionHealth;
import io.mainstay.model.state.TransactionStatus;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the counts say about a service. The first rule that applies wins. */
public final class Verdicts {
  private Verdicts() {}

  /**
   * The counts.
   *
   * @param desired instances that should serve
   * @param serving instances in the traffic
   * @param standbysWanted standbys that should wait
   * @param standbys ready ones
   * @param failing backing off, parked or isolated
   * @param floor see the budget, not above desired
   * @param firstStart nothing has served yet, and nothing has failed
   * @param changing whether an update is under way: instances are exchanged one by one
   * @param observed whether any agent has reported on any instance
   */
  public record Counts(
      int desired,
      int serving,
      int standbysWanted,
      int standbys,
      int failing,
      int floor,
      boolean firstStart,
      boolean changing,
      boolean observed) {}

  /**
   * A verdict with its reason.
   *
   * @param verdict what the evidence says
   * @param reason one sentence
   */
  public record Ruled(Verdict verdict, String reason) {}

  /** Rules. */
  public static Ruled rule(Counts counts) {
    int more = Math.max(0, counts.serving() - counts.desired());
    String serves =
        more > 0
            ? counts.serving() + " serve, " + more + " more than wanted"
            : counts.serving() + " of " + counts.desired() + " serve";
    String failing = counts.failing() == 0 ? "" : ", " + counts.failing() + " failing";
    if (counts.desired() == 0) {
      return new Ruled(Verdict.HEALTHY, "nothing should serve");
    }
    if (counts.serving() == 0) {
      if (!counts.observed()) {
        return new Ruled(Verdict.UNKNOWN, "no agent has reported on it yet");
      }
      return counts.firstStart()
          ? new Ruled(Verdict.UNKNOWN, serves + " yet, it is starting for the first time")
          : new Ruled(Verdict.DOWN, serves + failing);
    }
    if (counts.serving() < counts.floor()) {
      return new Ruled(
          Verdict.FAILING, serves + ", below the floor of " + counts.floor() + failing);
    }
    if (counts.serving() < counts.desired()) {
      return new Ruled(Verdict.DEGRADED, serves + failing);
    }
    if (counts.standbys() + more < counts.standbysWanted() && !counts.changing()) {
      return new Ruled(
          Verdict.DEGRADED,
          serves
              + ", but "
              + counts.standbys()
              + " of "
              + counts.standbysWanted()
              + " standbys are ready"
              + failing);
    }
    return new Ruled(
        Verdict.HEALTHY, serves + failing + (counts.changing() ? ", an update is under way" : ""));
  }

  /** A service whose business fails is failing, however many instances serve. */
  public static Ruled business(
      Ruled ruled, List<TransactionStatus> transactions, List<FlowStatus> flows) {
    if (ruled.verdict() != Verdict.HEALTHY && ruled.verdict() != Verdict.DEGRADED) {
      return ruled;
    }
    String reason =
        Stream.concat(
                transactions.stream()
                    .filter(one -> one.health() == TransactionHealth.FAILING)
                    .map(Verdicts::fails),
                flows.stream()
                    .filter(one -> one.health() == FlowHealth.FAILING)
                    .map(one -> "flow " + one.key().name() + " fails: " + one.reason()))
            .collect(Collectors.joining("; "));
    return reason.isEmpty() ? ruled : new Ruled(Verdict.FAILING, reason + "; " + ruled.reason());
  }

  private static String fails(TransactionStatus transaction) {
    return "transaction "
        + transaction.key().name()
        + " fails"
        + transaction.recent().stream()
            .filter(run -> run.pins().isEmpty())
            .flatMap(run -> run.failure().stream())
            .findFirst()
            .map(failure -> ": " + failure.label() + ": " + failure.reason())
            .orElse("");
  }

  /**
   * What remains of a verdict while requests go elsewhere. A diversion goes before what is known of
   * the instances, since users meet those who answer instead of them; but where nobody answers, the
   * service is down.
   */
  public static Ruled diverted(Ruled ruled, Optional<Diverted> diverted) {
    if (diverted.isEmpty()) {
      return ruled;
    }
    String reason = diverted.get().describe() + "; " + ruled.reason();
    if (diverted.get().answers()) {
      return new Ruled(Verdict.DIVERTED, reason);
    }
    // A part of the requests stays where it was while nobody is there.
    return new Ruled(diverted.get().isWhole() ? Verdict.DOWN : ruled.verdict(), reason);
  }
}
