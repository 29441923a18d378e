package io.mainstay.decisions.evidence.collect;

import io.mainstay.decisions.evidence.Entry;
import io.mainstay.decisions.evidence.Entry.Sense;
import io.mainstay.decisions.evidence.EvidenceRule;
import io.mainstay.decisions.evidence.Ledger;
import io.mainstay.decisions.evidence.Source;
import io.mainstay.decisions.evidence.Source.Kind;
import io.mainstay.decisions.evidence.Subject;
import io.mainstay.decisions.fleet.Member;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Phase;
import java.time.Duration;
import java.util.Optional;

/** What an agent and the gateways say of one instance, as evidence. */
final class InstanceEvidence {
  /** From this share of bad answers on the traffic speaks against an instance. */
  static final double BAD_SHARE = 0.2;

  /** Up to this share of bad answers it speaks for it; between the two it says nothing. */
  static final double GOOD_SHARE = 0.05;

  /** Good answers are told again once the last word is so old. */
  static final Duration GOOD_AGAIN = EvidenceRule.GOOD_TRAFFIC_COUNTS.dividedBy(2);

  private static final Source TRAFFIC = Source.of(Kind.TRAFFIC).by(Source.GATEWAYS);
  private static final Source LATENCY = Source.of(Kind.LATENCY).by(Source.GATEWAYS);

  /** Slower than its peers by this factor, and by {@link #SLOWER_BY} at least. */
  private static final int SLOWER = 3;

  private static final Duration SLOWER_BY = Duration.ofMillis(50);
  private static final double SUSPICION = 0.1;

  private final Ledger ledger;

  InstanceEvidence(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * What changed in what its agent says.
   *
   * @param before what it said last; empty: nothing that this leader heard of
   * @param pushed whether its ready check is one that it reports itself
   */
  void observed(
      Subject subject,
      Optional<ObservedInstance> before,
      Member member,
      boolean pushed,
      MonotonicTime now) {
    ObservedInstance seen = member.observed().orElseThrow();
    exit(subject, before, member, seen, now);
    boolean sameRun = before.filter(old -> old.generation() == seen.generation()).isPresent();
    if (!sameRun || before.get().phase() != seen.phase()) {
      Source ready = Source.of(pushed ? Kind.PUSH : Kind.CHECK, "ready");
      if (seen.phase() == Phase.READY) {
        say(subject, ready, Sense.GOOD, 1, seen.generation(), seen.reason(), now);
      } else if (seen.phase() == Phase.NOT_READY) {
        say(subject, ready, Sense.BAD, 1, seen.generation(), seen.reason(), now);
      }
    }
    boolean failed = sameRun && before.get().liveFailing();
    if (seen.liveFailing() != failed) {
      say(
          subject,
          Source.of(Kind.CHECK, "live"),
          seen.liveFailing() ? Sense.BAD : Sense.GOOD,
          1,
          seen.generation(),
          seen.liveFailing() ? "its live check fails: " + seen.reason() : "its live check passes",
          now);
    }
  }

  private void exit(
      Subject subject,
      Optional<ObservedInstance> before,
      Member member,
      ObservedInstance seen,
      MonotonicTime now) {
    if (seen.lastExit().isEmpty()
        || seen.lastExit().equals(before.flatMap(ObservedInstance::lastExit))) {
      return;
    }
    Exit exit = seen.lastExit().get();
    long run = before.map(ObservedInstance::generation).orElse(seen.generation());
    boolean isOver =
        switch (seen.phase()) {
          case BACKING_OFF, PARKED, STOPPED -> true;
          case PENDING, STARTING, READY, NOT_READY, FROZEN, PREPARED, DRAINING, HELD, STOPPING ->
              false;
        };
    if (before.isEmpty() && !isOver) {
      // It ended before this leader began, and runs again.
      return;
    }
    boolean ordered =
        member.assignment().minGeneration() > run
            || member.assignment().directive() == Directive.REMOVE
            || before
                .filter(old -> old.phase() == Phase.STOPPING || old.phase() == Phase.DRAINING)
                .isPresent();
    say(
        subject,
        Source.of(Kind.EXIT),
        ordered ? Sense.UNSURE : Sense.BAD,
        1,
        run,
        ordered ? exit.describe() + ", as ordered" : exit.describe(),
        now);
  }

  /** What a change of its node means for it. */
  void reach(Subject subject, Member member, MonotonicTime now) {
    Source node = Source.of(Kind.NODE, member.node().value());
    switch (member.reach()) {
      case PRESENT -> say(subject, node, Sense.GOOD, 1, 0, "its node is there", now);
      case SUSPECT -> say(subject, node, Sense.BAD, 0.5, 0, "the session of its node is gone", now);
      case LOST -> say(subject, node, Sense.BAD, 1, 0, "its node is lost", now);
    }
  }

  /**
   * What the last second of traffic says.
   *
   * @param median of the latencies of all instances of its service; empty: there are too few
   */
  void traffic(Subject subject, Member member, Optional<Duration> median, MonotonicTime now) {
    Optional<InstanceSignals> signals =
        member.signals().filter(signal -> signal.generation() >= member.generation());
    if (signals.isEmpty()) {
      return;
    }
    InstanceSignals seen = signals.get();
    answers(ledger, subject, seen, now);
    median.ifPresent(usual -> latency(subject, seen, usual, now));
  }

  private static void answers(
      Ledger ledger, Subject subject, InstanceSignals seen, MonotonicTime now) {
    if (seen.ejected().isPresent()) {
      Entry entry =
          Entry.of(subject, TRAFFIC, Sense.BAD, 1, "ejected: " + seen.ejected().get(), now);
      ledger.record(entry.about(seen.generation()));
      return;
    }
    traffic(
        ledger,
        subject,
        seen.generation(),
        seen.requestsPerSecond(),
        seen.failuresPerSecond(),
        "answers",
        now);
  }

  /** What so many bad ones among all of a second say. */
  static void traffic(
      Ledger ledger,
      Subject subject,
      long run,
      double requests,
      double bad,
      String what,
      MonotonicTime now) {
    if (requests <= 0) {
      return;
    }
    double share = Math.min(1, bad / requests);
    Optional<Entry> last = ledger.newest(subject, TRAFFIC);
    if (share >= BAD_SHARE) {
      String reason = Math.round(share * 100) + " % of its " + what + " are bad";
      ledger.record(Entry.of(subject, TRAFFIC, Sense.BAD, share, reason, now).about(run));
    } else if (share <= GOOD_SHARE
        && last.filter(one -> one.isGood() && one.run() == run && isFresh(one, now)).isEmpty()) {
      String reason = share > 0 ? "nearly all of its " + what + " are good" : "users get " + what;
      ledger.record(Entry.of(subject, TRAFFIC, Sense.GOOD, 1, reason, now).about(run));
    }
  }

  private static boolean isFresh(Entry entry, MonotonicTime now) {
    return entry.age(now).compareTo(GOOD_AGAIN) < 0;
  }

  private void latency(Subject subject, InstanceSignals seen, Duration usual, MonotonicTime now) {
    boolean slow =
        seen.requestsPerSecond() > 0
            && seen.latency().compareTo(usual.multipliedBy(SLOWER)) > 0
            && seen.latency().minus(usual).compareTo(SLOWER_BY) > 0;
    if (slow) {
      String reason =
          "it takes " + seen.latency().toMillis() + " ms, its peers " + usual.toMillis() + " ms";
      say(subject, LATENCY, Sense.BAD, SUSPICION, seen.generation(), reason, now);
    } else if (seen.requestsPerSecond() > 0
        && ledger.newest(subject, LATENCY).filter(Entry::isBad).isPresent()) {
      say(subject, LATENCY, Sense.GOOD, 1, seen.generation(), "as fast as its peers", now);
    }
  }

  private void say(
      Subject subject,
      Source source,
      Sense sense,
      double weight,
      long run,
      String reason,
      MonotonicTime now) {
    ledger.record(Entry.of(subject, source, sense, weight, reason, now).about(run));
  }
}
