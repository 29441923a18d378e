package io.mainstay.decisions.business;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.state.TransactionKey;
import io.mainstay.model.state.TransactionRun;
import java.util.List;
import java.util.Optional;

/**
 * What one pass leaves to the next.
 *
 * @param transactions one entry each, sorted by key
 * @param cases one a suspected service, sorted by service
 * @param confined instances that we isolated, sorted
 * @param freed instances that we released again not long ago, sorted
 * @param generation of the file that was applied then; 0: none
 * @param frozen whether so many are suspected at once that nothing drastic is done
 */
public record BusinessMemory(
    List<TransactionMemory> transactions,
    List<Case> cases,
    List<Confined> confined,
    List<Freed> freed,
    long generation,
    boolean frozen) {
  /** Nothing known. */
  public static final BusinessMemory NONE =
      new BusinessMemory(List.of(), List.of(), List.of(), List.of(), 0, false);

  /** Copies the lists. */
  public BusinessMemory {
    transactions = List.copyOf(transactions);
    cases = List.copyOf(cases);
    confined = List.copyOf(confined);
    freed = List.copyOf(freed);
  }

  /**
   * Whether a run that just ended counts as what a user would see: not pinned, or pinned only to
   * ask whom runs seldom meet by themselves, or once more whom the last one failed with.
   */
  public boolean countsAsUsers(TransactionRun run) {
    return run.pins().isEmpty()
        || transactions.stream()
            .anyMatch(one -> one.key().equals(run.key()) && one.confirm().equals(run.pins()));
  }

  /**
   * An instance that we released. If it is isolated again soon, it stays out for longer.
   *
   * @param instance who
   * @param times in a row
   * @param until when it is forgotten
   */
  public record Freed(InstanceId instance, int times, MonotonicTime until) {}

  /**
   * An instance that is isolated since transactions failed with it.
   *
   * @param instance who
   * @param key the transaction that shows whether it works again; empty: not known any more
   * @param passes in a row, pinned to it
   * @param due when it is tried next
   */
  public record Confined(
      InstanceId instance, Optional<TransactionKey> key, int passes, MonotonicTime due) {}
}
