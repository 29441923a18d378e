package io.mainstay.controller;

import io.mainstay.decisions.flow.FlowWatch;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.FlowSpec;
import io.mainstay.model.state.FlowKey;
import io.mainstay.model.state.FlowSighting;
import io.mainstay.ports.FlowQueries;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What follows in one flow, asked of a database over and over. A row that is new may have come at
 * any moment since the query before; it counts from there on, so that nothing is called late for
 * our waiting. In the controller's mailbox.
 */
final class FlowPoll {
  /** Between two answers this much more than usual hides nothing that a query would show. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  private final FlowKey key;
  private final FlowWatch watch;
  private final FlowSpec.Sql sql;
  private final FlowQueries queries;
  private boolean underWay;
  private boolean failing;
  private Optional<MonotonicTime> asked = Optional.empty();
  private Optional<MonotonicTime> covered = Optional.empty();
  private Set<Long> told = new HashSet<>();

  FlowPoll(FlowKey key, FlowWatch watch, FlowSpec.Sql sql, FlowQueries queries) {
    this.key = key;
    this.watch = watch;
    this.sql = sql;
    this.queries = queries;
  }

  /** Up to when all that followed is known; empty: nothing is, or nobody answers now. */
  Optional<MonotonicTime> covered() {
    return failing ? Optional.empty() : covered;
  }

  /** Asks if it is time to. */
  void step(MonotonicTime now) {
    if (!underWay
        && asked.filter(before -> now.since(before).compareTo(sql.every()) < 0).isEmpty()) {
      underWay = true;
      asked = Optional.of(now);
      queries.ask(key, sql, answer -> answered(now, answer));
    }
  }

  private void answered(MonotonicTime begun, FlowQueries.Answer answer) {
    underWay = false;
    switch (answer) {
      case FlowQueries.Answer.Failed(String reason) -> {
        failing = true;
        watch.unasked("the database was not asked: " + reason);
      }
      case FlowQueries.Answer.Found found -> {
        failing = false;
        found(begun, found);
      }
    }
  }

  private void found(MonotonicTime begun, FlowQueries.Answer.Found found) {
    MonotonicTime since = covered.orElse(begun);
    Set<Long> now = new HashSet<>();
    for (String text : found.keys()) {
      long hash = FlowKey.hash(text);
      if (now.add(hash) && !told.contains(hash)) {
        watch.take(
            new FlowSighting(
                key,
                FlowSighting.Side.THEN,
                since,
                FlowSighting.Outcome.SEEN,
                hash,
                text.substring(0, Math.min(64, text.length()))));
      }
    }
    told = now;
    Duration usual = sql.every().multipliedBy(2).plus(SLACK);
    if (found.more() || begun.since(since).compareTo(usual) > 0) {
      watch.dropped(1, begun); // what lay between may not have been among the rows
    }
    covered = Optional.of(begun);
  }
}
