package io.mainstay.decisions.business;

import io.mainstay.decisions.evidence.FlapRule;
import io.mainstay.decisions.evidence.FlapState;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Pin;
import io.mainstay.model.state.TransactionHealth;
import io.mainstay.model.state.TransactionKey;
import io.mainstay.model.state.TransactionRun;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is known of one transaction.
 *
 * @param key which
 * @param health by the runs that went as a user's would
 * @param failures in a row, of such runs
 * @param passes in a row, of such runs
 * @param last the last such run that said anything
 * @param due when the next such run begins
 * @param running since when a run of whatever kind is under way
 * @param confirm whom the run that failed last went through: asked at once again, since with
 *     several instances of which one is wrong, failures are seldom in a row; empty: nothing to do
 * @param recent the last runs, the newest in the lowest bit; 1: it failed
 * @param flaps how often its results changed
 * @param proved whether the last run that began was a proof of what is diverted behind the service;
 *     the next one goes as a user's, who meets the fallback
 */
public record TransactionMemory(
    TransactionKey key,
    TransactionHealth health,
    int failures,
    int passes,
    Optional<TransactionRun> last,
    MonotonicTime due,
    Optional<MonotonicTime> running,
    List<Pin> confirm,
    int recent,
    FlapState flaps,
    boolean proved) {
  private static final int REMEMBERED = 0x3FF;
  private static final int PASSES_AGAIN = 2;

  /** Copies the pins. */
  public TransactionMemory {
    confirm = List.copyOf(confirm);
  }

  /** The next run that is due goes to whom something speaks against, and counts as a user's. */
  TransactionMemory asks(List<Pin> pins) {
    return new TransactionMemory(
        key, health, failures, passes, last, due, running, pins, recent, flaps, proved);
  }

  TransactionMemory began(MonotonicTime now, MonotonicTime next) {
    return new TransactionMemory(
        key, health, failures, passes, last, next, Optional.of(now), confirm, recent, flaps, false);
  }

  /** A proof beside the runs that are due anyway. */
  TransactionMemory beganProof(MonotonicTime now) {
    return new TransactionMemory(
        key, health, failures, passes, last, due, Optional.of(now), confirm, recent, flaps, true);
  }

  TransactionMemory ended() {
    return new TransactionMemory(
        key, health, failures, passes, last, due, Optional.empty(), confirm, recent, flaps, proved);
  }

  /** The traffic is back where it failed: only runs from now on tell whether it still does. */
  TransactionMemory returned() {
    return new TransactionMemory(
        key, health, 0, 0, last, due, running, List.of(), 0, flaps, proved);
  }

  /**
   * With a result. It fails once it failed {@code fall} times in a row, or more often than that
   * within the last ten runs; it passes again after two good ones in a row, and after more while it
   * flaps.
   */
  TransactionMemory took(TransactionRun run, int fall) {
    return switch (run.outcome()) {
      case PASSED -> {
        FlapState seen = FlapRule.next(flaps, 0);
        int asked =
            seen.flapping() ? PASSES_AGAIN * FlapRule.penalty(seen.episodes()) : PASSES_AGAIN;
        boolean again = passes + 1 >= asked;
        yield new TransactionMemory(
            key,
            health == TransactionHealth.FAILING && !again ? health : TransactionHealth.PASSING,
            0,
            passes + 1,
            Optional.of(run),
            due,
            running,
            List.of(),
            health == TransactionHealth.FAILING && again ? 0 : recent << 1 & REMEMBERED,
            seen,
            proved);
      }
      case FAILED -> {
        int next = (recent << 1 | 1) & REMEMBERED;
        boolean failing =
            health == TransactionHealth.FAILING
                || failures + 1 >= fall
                || Integer.bitCount(next) > fall;
        yield new TransactionMemory(
            key,
            failing ? TransactionHealth.FAILING : health,
            failures + 1,
            0,
            Optional.of(run),
            due,
            running,
            failing ? List.of() : again(run),
            next,
            FlapRule.next(flaps, 1),
            proved);
      }
      case UNKNOWN ->
          new TransactionMemory(
              key, health, failures, passes, last, due, running, List.of(), recent, flaps, proved);
    };
  }

  private static List<Pin> again(TransactionRun run) {
    return run.pins().isEmpty() ? path(run) : run.pins();
  }

  /** One pin a service, for those whom the run went through. */
  private static List<Pin> path(TransactionRun run) {
    TreeMap<ServiceName, Pin> pins = new TreeMap<>();
    for (TransactionRun.Call call : run.calls()) {
      call.instance().ifPresent(by -> pins.put(call.service(), Pin.to(by)));
    }
    run.failure()
        .flatMap(TransactionRun.Failure::by)
        .ifPresent(by -> pins.put(by.service(), Pin.to(by)));
    return List.copyOf(pins.values());
  }
}
