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
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What follows in one flow, asked of a database or a Prometheus over and over. A row that is new,
 * or what a counter has risen by, may have come at any moment since the question before; it counts
 * from there on, so that nothing is called late for our waiting. In the controller's mailbox.
 */
final class FlowPoll {
  /** Between two answers this much more than usual hides nothing that a query would show. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  /** Counters are sums of binary fractions. */
  private static final double CRUMB = 1e-6;

  private final FlowKey key;
  private final FlowWatch watch;
  private final FlowSpec.Asked question;
  private final FlowQueries queries;
  private boolean underWay;
  private boolean failing;
  private Optional<MonotonicTime> asked = Optional.empty();
  private Optional<MonotonicTime> covered = Optional.empty();
  private Set<Long> told = new HashSet<>();
  private OptionalDouble counter = OptionalDouble.empty();

  /** By how much the counter has risen that was not passed on: sums of rates have fractions. */
  private double risen;

  FlowPoll(FlowKey key, FlowWatch watch, FlowSpec.Asked question, FlowQueries queries) {
    this.key = key;
    this.watch = watch;
    this.question = question;
    this.queries = queries;
  }

  /** Up to when all that followed is known; empty: nothing is, or nobody answers now. */
  Optional<MonotonicTime> covered() {
    return failing ? Optional.empty() : covered;
  }

  /** Asks if it is time to. */
  void step(MonotonicTime now) {
    if (!underWay
        && asked.filter(before -> now.since(before).compareTo(question.every()) < 0).isEmpty()) {
      underWay = true;
      asked = Optional.of(now);
      queries.ask(key, question, answer -> answered(now, answer));
    }
  }

  private void answered(MonotonicTime begun, FlowQueries.Answer answer) {
    underWay = false;
    switch (answer) {
      case FlowQueries.Answer.Failed(String reason) -> {
        failing = true;
        watch.unasked(
            switch (question) {
                  case FlowSpec.Sql _ -> "the database was not asked: ";
                  case FlowSpec.Promql _ -> "the counter is not known: ";
                }
                + reason);
      }
      case FlowQueries.Answer.Found found -> {
        failing = false;
        found(begun, found);
      }
      case FlowQueries.Answer.Counted(double value) -> {
        failing = false;
        counted(begun, value);
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
    if (found.more() || isLongAgo(since, begun)) {
      watch.dropped(1, begun); // what lay between may not have been among the rows
    }
    covered = Optional.of(begun);
  }

  private boolean isLongAgo(MonotonicTime since, MonotonicTime now) {
    return now.since(since).compareTo(question.every().multipliedBy(2).plus(SLACK)) > 0;
  }

  private void counted(MonotonicTime begun, double value) {
    MonotonicTime since = covered.orElse(begun);
    if (counter.isPresent()) {
      risen += value - counter.getAsDouble();
      boolean anew = value < counter.getAsDouble();
      if (anew) {
        risen = 0; // how far it had come before is not known
      }
      if (anew || isLongAgo(since, begun)) {
        watch.dropped(1, begun);
      }
      long whole = (long) (risen + CRUMB);
      risen -= whole;
      if (whole > 0) {
        watch.followed(whole, since);
      }
    }
    counter = OptionalDouble.of(value);
    covered = Optional.of(begun);
  }
}
