package io.mainstay.decisions.business;

import io.mainstay.decisions.business.BusinessFacts.Service;
import io.mainstay.decisions.business.Case.Stage;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.TransactionSpec;
import java.time.Duration;
import java.util.Optional;

/** How long a case waits for a remedy to help, and rests when nothing is left to do. */
final class Patience {
  private static final int LONGEST_REST_DOUBLINGS = 5;
  private static final int REST_RUNS = 6;

  /** Bad answers of before a diversion say nothing about now. */
  private static final Duration FRESH = Duration.ofSeconds(3);

  private Patience() {}

  /** As long as it takes to fail as often again as it did before it counted. */
  static Duration of(TransactionSpec spec) {
    return spec.every().multipliedBy(spec.fall());
  }

  /** What did not help is tried again later and later. */
  static Stage.Resting rest(Case one, TransactionSpec spec, MonotonicTime now) {
    Duration rest =
        of(spec).multipliedBy((long) REST_RUNS << Math.min(LONGEST_REST_DOUBLINGS, one.rounds()));
    return new Stage.Resting(now.plus(of(spec)), now.plus(rest));
  }

  /**
   * Whether it is to be looked at again. A trial can be over before anybody has counted what users
   * get from a service behind, so that its first rest is over once they get bad answers from it.
   */
  static boolean isOver(Case one, Stage.Resting resting, BusinessFacts facts, MonotonicTime now) {
    if (one.rounds() > 1 || resting.earliest().compareTo(now) > 0) {
      return resting.until().compareTo(now) <= 0;
    }
    return resting.until().compareTo(now) <= 0
        || facts.service(one.service()).stream()
            .flatMap(service -> service.calls().stream())
            .flatMap(called -> facts.service(called).stream())
            .map(Service::badAnswers)
            .flatMap(Optional::stream)
            .anyMatch(bad -> now.since(bad.last()).compareTo(FRESH) < 0);
  }
}
