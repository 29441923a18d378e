package io.mainstay.model.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What users see of one transaction. Whoever decides counts it; a new leader begins anew.
 *
 * @param key which
 * @param health by the runs that went as a user's would
 * @param failures such runs that failed in a row
 * @param passed such runs since this leader began
 * @param failed such runs since then
 * @param unknown such runs since then that said nothing about the business
 * @param trials runs since then whose requests were pinned, to find who is to blame
 * @param recent the last runs of both kinds, the newest first
 */
public record TransactionStatus(
    TransactionKey key,
    TransactionHealth health,
    int failures,
    long passed,
    long failed,
    long unknown,
    long trials,
    List<TransactionRun> recent) {
  /** Runs that are remembered. */
  public static final int RECENT_MAX = 20;

  /** Copies the list. */
  public TransactionStatus {
    recent = List.copyOf(recent);
  }

  /** One that has not run yet. */
  public static TransactionStatus unknown(TransactionKey key) {
    return new TransactionStatus(key, TransactionHealth.UNKNOWN, 0, 0, 0, 0, 0, List.of());
  }

  /** The last run that went as a user's would. */
  public Optional<TransactionRun> last() {
    return recent.stream().filter(run -> run.pins().isEmpty()).findFirst();
  }

  /** The same after another run, whatever it means for its health. */
  public TransactionStatus ran(TransactionRun run) {
    boolean own = run.pins().isEmpty();
    List<TransactionRun> runs = new ArrayList<>(recent.size() + 1);
    runs.add(run);
    runs.addAll(recent.subList(0, Math.min(recent.size(), RECENT_MAX - 1)));
    return new TransactionStatus(
        key,
        health,
        failures,
        passed + (own && run.outcome() == TransactionRun.Outcome.PASSED ? 1 : 0),
        failed + (own && run.outcome() == TransactionRun.Outcome.FAILED ? 1 : 0),
        unknown + (own && run.outcome() == TransactionRun.Outcome.UNKNOWN ? 1 : 0),
        trials + (own ? 0 : 1),
        runs);
  }

  /** The same with how it stands. */
  public TransactionStatus stands(TransactionHealth now, int failuresInARow) {
    return new TransactionStatus(key, now, failuresInARow, passed, failed, unknown, trials, recent);
  }
}
