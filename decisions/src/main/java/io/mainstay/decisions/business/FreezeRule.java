package io.mainstay.decisions.business;

import io.mainstay.decisions.business.BusinessDecision.News;
import io.mainstay.decisions.business.Case.Stage;
import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.model.EventKind;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * So many culprits at once are rather one that they share, and none of them: begins above a half of
 * the services with transactions, ends at a quarter.
 */
final class FreezeRule {
  private static final int FEWEST = 3;

  private FreezeRule() {}

  /** Whether nothing drastic is begun from now on; tells when it begins. */
  static boolean holds(
      boolean before, BusinessFacts facts, Collection<Case> cases, List<News> news) {
    long proven = facts.services().stream().filter(one -> !one.transactions().isEmpty()).count();
    long acted =
        cases.stream()
            .filter(one ->
                one.stage() instanceof Stage.Helping || one.stage() instanceof Stage.Returning)
            .count();
    boolean frozen = before ? acted * 4 > proven : acted >= FEWEST && acted * 2 > proven;
    if (frozen && !before) {
      cases.stream()
          .findFirst()
          .ifPresent(one ->
              news.add(
                  new News(
                      EventKind.REMEDY_REFUSED,
                      one.service(),
                      Optional.empty(),
                      acted
                          + " services are blamed at once: something that they share may be at"
                          + " fault, so no more of them is restarted, isolated, diverted or shut"
                          + " down",
                      Evidence.of("blamed", acted).and("with-transactions", proven).map())));
    }
    return frozen;
  }
}
