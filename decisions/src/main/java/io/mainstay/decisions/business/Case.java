package io.mainstay.decisions.business;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Remedy;
import io.mainstay.model.state.TransactionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A service that is suspected of breaking a transaction, and what was done about it so far.
 *
 * @param service the suspect
 * @param key the transaction that shows whether it works
 * @param rung the first of its remedies that was not used yet
 * @param rounds how often all remedies were used up without help
 * @param last against whom the last remedy was
 * @param stage what is going on
 * @param rested whose remedies those were
 * @param suspects who was suspected on the way here, so that nobody is blamed in a circle
 */
public record Case(
    ServiceName service,
    TransactionKey key,
    int rung,
    int rounds,
    Optional<Culprit> last,
    Stage stage,
    Optional<ServiceName> rested,
    List<ServiceName> suspects) {
  /** Copies the list. */
  public Case {
    suspects = List.copyOf(suspects);
  }

  /** What is going on. */
  public sealed interface Stage {
    /** It is not clear yet who is to blame. */
    record Diagnosing(Trial trial) implements Stage {}

    /**
     * A remedy was ordered; does it help?
     *
     * @param remedy which
     * @param culprit for whom
     * @param ordered when
     * @param since runs that began before do not count
     * @param passes in a row since
     * @param failures in a row since
     */
    record Helping(
        Remedy remedy,
        Culprit culprit,
        MonotonicTime ordered,
        MonotonicTime since,
        int passes,
        int failures)
        implements Stage {}

    /**
     * Its requests go elsewhere; may they return?
     *
     * @param step how many shares are back
     * @param passes in a row of runs that were pinned to it, since the last step
     * @param unseen passes since then of which no gateway saw that they got there
     * @param since the last step
     * @param relapses how often it failed again while its traffic returned
     * @param next whose turn it is among its instances
     */
    record Returning(int step, int passes, int unseen, MonotonicTime since, int relapses, int next)
        implements Stage {
      /** The first share of its traffic is still to come. */
      static Returning from(MonotonicTime now, int relapses, int next) {
        return new Returning(0, 0, 0, now, relapses, next);
      }

      /** One more run passed with its own instances. */
      Returning passed() {
        return new Returning(step, passes + 1, unseen, since, relapses, next + 1);
      }

      /**
       * One more passed, and nobody knows whether it was asked at all: so many are as good as one.
       */
      Returning passedUnseen(int asGoodAsOne) {
        boolean full = unseen + 1 >= asGoodAsOne;
        return new Returning(
            step, full ? passes + 1 : passes, full ? 0 : unseen + 1, since, relapses, next + 1);
      }

      /** The next share is back. */
      Returning stepped(MonotonicTime now) {
        return new Returning(step + 1, 0, 0, now, relapses, next);
      }
    }

    /**
     * It works again. If it fails soon, the remedy did not help after all.
     *
     * @param until when it is forgotten
     */
    record Mended(MonotonicTime until) implements Stage {}

    /**
     * Nothing is left to do, or nobody was to blame.
     *
     * @param earliest when it is looked at again if there is a reason to
     * @param until when it is looked at again, if it still fails then
     */
    record Resting(MonotonicTime earliest, MonotonicTime until) implements Stage {}
  }

  /** A new one. */
  static Case of(ServiceName suspect, TransactionKey key, Stage stage) {
    return new Case(
        suspect, key, 0, 0, Optional.empty(), stage, Optional.empty(), List.of(suspect));
  }

  Case at(Stage next) {
    return new Case(service, key, rung, rounds, last, next, rested, suspects);
  }

  Case after(int nextRung, Culprit culprit, Stage next) {
    return new Case(service, key, nextRung, rounds, Optional.of(culprit), next, rested, suspects);
  }

  Case exhausted(Stage next) {
    return new Case(service, key, 0, rounds + 1, last, next, Optional.of(service), suspects);
  }

  /** Another file is applied: what did not help before, or could not be told, may be mended. */
  Case looksAgain(MonotonicTime now) {
    return stage instanceof Stage.Resting
        ? new Case(service, key, 0, 0, last, new Stage.Resting(now, now), rested, suspects)
        : this;
  }

  /**
   * The remedies begin anew if somebody else is to blame than the last time; but not once it was
   * replaced, since a fresh instance with the same fault is no other culprit.
   */
  Case withCulprit(Culprit culprit, List<Remedy> remedies) {
    boolean other =
        last.isPresent()
            && !remedies.subList(0, Math.min(rung, remedies.size())).contains(Remedy.REPLACE)
            && last.get() instanceof Culprit.Instances before
            && culprit instanceof Culprit.Instances now
            && before.instances().stream().noneMatch(now.instances()::contains);
    return other ? new Case(service, key, 0, 0, Optional.empty(), stage, rested, suspects) : this;
  }

  /** The same for another suspect, from its first remedy on. */
  Case against(ServiceName another, Stage next) {
    List<ServiceName> all = new ArrayList<>(suspects);
    all.add(another);
    int again = rested.filter(another::equals).isPresent() ? rounds : 0;
    return new Case(another, key, 0, again, Optional.empty(), next, rested, all);
  }

  /** The same for whom it was looked at first. */
  Case fromTheFirst() {
    ServiceName first = suspects.getFirst();
    return new Case(first, key, 0, rounds, Optional.empty(), stage, rested, List.of(first));
  }

  Optional<Trial> trial() {
    return stage instanceof Stage.Diagnosing diagnosing
        ? Optional.of(diagnosing.trial())
        : Optional.empty();
  }
}
