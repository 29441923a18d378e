package io.mainstay.decisions.evidence;

import io.mainstay.decisions.evidence.Entry.Sense;
import io.mainstay.decisions.evidence.Judgement.Rule;
import io.mainstay.decisions.evidence.Judgement.State;
import io.mainstay.decisions.evidence.Source.Kind;
import io.mainstay.model.MonotonicTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Who wins when witnesses disagree. The first rule that applies decides:
 *
 * <table>
 * <caption>Rules in their order</caption>
 * <tr><th>rule</th><th>applies to</th><th>says</th></tr>
 * <tr><td>an operator's word over everything</td><td>a hold, a diversion, a stop by hand</td>
 *     <td>held</td></tr>
 * <tr><td>an exit over every check</td><td>the newest run of the process has ended by itself</td>
 *     <td>fails</td></tr>
 * <tr><td>the loss of a node over the silence of its checks</td><td>its node is lost</td>
 *     <td>fails</td></tr>
 * <tr><td>transactions over traffic and checks</td><td>a user's run of a service, or a blame of an
 *     instance, fails; or all runs of the service pass</td><td>fails, suspected, works</td></tr>
 * <tr><td>flows over traffic and checks</td><td>a flow fails</td><td>fails</td></tr>
 * <tr><td>bad traffic over a green check</td><td>answers to users within a minute</td>
 *     <td>fails, suspected</td></tr>
 * <tr><td>good traffic over a red check</td><td>answers to users within ten seconds</td>
 *     <td>works</td></tr>
 * <tr><td>a red check over no traffic</td><td>a check or a push fails</td>
 *     <td>fails, suspected</td></tr>
 * <tr><td>the silence of a node is a suspicion</td><td>its session is gone</td>
 *     <td>suspected</td></tr>
 * <tr><td>slower than its peers is a suspicion</td><td>latency within a minute</td>
 *     <td>suspected</td></tr>
 * <tr><td>nothing speaks against it</td><td>any good news</td><td>works</td></tr>
 * </table>
 *
 * <p>A failing transaction or flow goes before a passing one. What a check, the traffic or a trial
 * said of an older run of the process does not count. An operator's release wipes out what was
 * before it, except states that still last (checks, flows, the node). A source that was hard stays
 * so until it is as sure of the contrary, as with the soft and hard states of Nagios.
 */
public final class EvidenceRule {
  /** Bad answers count for so long. */
  public static final Duration BAD_TRAFFIC_COUNTS = Duration.ofMinutes(1);

  /** Good ones prove nothing for later. */
  public static final Duration GOOD_TRAFFIC_COUNTS = Duration.ofSeconds(10);

  /** An exit speaks against its instance for so long when witnesses are counted. */
  public static final Duration EXIT_COUNTS = Duration.ofMinutes(10);

  private final Subject.Kind subject;
  private final List<Standing> standings;

  /** What one source says, after its soft and hard states. */
  private record Standing(Entry newest, Sense sense, boolean hard) {
    boolean is(Kind kind) {
      return newest.source().kind() == kind;
    }

    boolean isBad() {
      return sense == Sense.BAD;
    }
  }

  private EvidenceRule(Subject.Kind subject, List<Standing> standings) {
    this.subject = subject;
    this.standings = standings;
  }

  /**
   * Judges.
   *
   * @param entries all about one subject, the newest first
   */
  public static Judgement judge(Subject subject, List<Entry> entries, MonotonicTime now) {
    return new EvidenceRule(subject.kind(), standings(entries, now)).decide();
  }

  /** Judges what may flap: then that it works is not believed at once. */
  public static Judgement judge(
      Subject subject, List<Entry> entries, Flapping flapping, MonotonicTime now) {
    Judgement plain = judge(subject, entries, now);
    return plain.state() == State.WORKS && !flapping.owed(now).isZero()
        ? new Judgement(State.SUSPECTED, Rule.FLAPPING, plain.by(), plain.overruled())
        : plain;
  }

  /**
   * Who speaks against somebody. Two are independent if they are of different kinds: an exit, our
   * checks (all of them together, pushes included), answers to users (with latency), flows,
   * transactions, the node; or of the same kind but seen by two gateways or two nodes; or if a
   * blame trial repeats what a transaction has found, or the transaction still fails after one. An
   * operator needs no second witness.
   *
   * @param entries of the subject and of what belongs to it, the newest of each first
   */
  public static Witnesses witnesses(List<Entry> entries, MonotonicTime now) {
    LinkedHashMap<String, LinkedHashSet<String>> byKind = new LinkedHashMap<>();
    for (Standing standing : standings(entries, now)) {
      Entry entry = standing.newest();
      boolean old = standing.is(Kind.EXIT) && entry.age(now).compareTo(EXIT_COUNTS) > 0;
      if (standing.isBad() && !old) {
        LinkedHashSet<String> seen =
            byKind.computeIfAbsent(family(entry.source().kind()), _ -> new LinkedHashSet<>());
        seen.add(entry.source().witness());
        if (entry.source().witness().equals(Source.TRIAL) && entry.count() > 1) {
          seen.add(Source.TRIAL + " repeated");
        }
      }
    }
    List<String> independent = new ArrayList<>();
    byKind.forEach((family, seen) -> {
      // All gateways together, or nobody named, is not somebody else than one of them.
      if (seen.size() > 1) {
        seen.remove(Source.GATEWAYS);
        seen.remove("");
      }
      seen.forEach(who -> independent.add(who.isEmpty() ? family : family + " (" + who + ")"));
    });
    return new Witnesses(independent);
  }

  private static String family(Kind kind) {
    return switch (kind) {
      case CHECK, PUSH -> "checks";
      case TRAFFIC, LATENCY -> "traffic";
      case OPERATOR, EXIT, NODE, TRANSACTION, FLOW -> kind.label();
    };
  }

  private Judgement decide() {
    Optional<Judgement> decided =
        made(State.HELD, Rule.OPERATOR, one -> one.is(Kind.OPERATOR) && one.isBad())
            .or(() -> hard(Kind.EXIT, Rule.EXIT))
            .or(() -> hard(Kind.NODE, Rule.NODE_LOST))
            .or(this::business);
    if (decided.isPresent()) {
      return decided.get();
    }
    boolean good = standings.stream().anyMatch(one -> one.is(Kind.TRAFFIC) && !one.isBad());
    return hard(Kind.TRAFFIC, Rule.BAD_TRAFFIC)
        .or(() -> soft(Kind.TRAFFIC, Rule.BAD_TRAFFIC))
        .or(() -> good ? soft(Kind.LATENCY, Rule.LATENCY) : Optional.empty())
        .or(() -> good && isDoubted() ? works(Kind.TRAFFIC, Rule.GOOD_TRAFFIC) : Optional.empty())
        .or(this::redCheck)
        .or(() -> soft(Kind.NODE, Rule.NODE_SUSPECTED))
        .or(() -> soft(Kind.LATENCY, Rule.LATENCY))
        .orElseGet(this::quiet);
  }

  /** Whether anything speaks against it. */
  private boolean isDoubted() {
    return standings.stream().anyMatch(Standing::isBad);
  }

  /** A trial blames; that a service fails in one proves nothing beyond what the users' runs say. */
  private boolean decides(Standing standing) {
    return subject != Subject.Kind.SERVICE
        || !standing.newest().source().witness().equals(Source.TRIAL);
  }

  private Optional<Judgement> business() {
    Predicate<Standing> transaction = one -> one.is(Kind.TRANSACTION) && decides(one);
    Optional<Judgement> fails =
        made(State.FAILS, Rule.TRANSACTION, transaction.and(one -> one.isBad() && one.hard()))
            .or(() -> hard(Kind.FLOW, Rule.FLOW))
            .or(() -> made(State.SUSPECTED, Rule.TRANSACTION, transaction.and(Standing::isBad)));
    if (fails.isPresent() || subject != Subject.Kind.SERVICE) {
      return fails;
    }
    return made(State.WORKS, Rule.TRANSACTION, transaction);
  }

  private Optional<Judgement> redCheck() {
    Predicate<Standing> red = one -> (one.is(Kind.CHECK) || one.is(Kind.PUSH)) && one.isBad();
    return made(State.FAILS, Rule.RED_CHECK, red.and(Standing::hard))
        .or(() -> made(State.SUSPECTED, Rule.RED_CHECK, red));
  }

  private Judgement quiet() {
    return made(State.WORKS, Rule.GREEN_CHECK, one -> !one.isBad())
        .orElse(new Judgement(State.UNKNOWN, Rule.NOTHING, List.of(), List.of()));
  }

  private Optional<Judgement> hard(Kind kind, Rule rule) {
    return made(State.FAILS, rule, one -> one.is(kind) && one.isBad() && one.hard());
  }

  private Optional<Judgement> soft(Kind kind, Rule rule) {
    return made(State.SUSPECTED, rule, one -> one.is(kind) && one.isBad());
  }

  private Optional<Judgement> works(Kind kind, Rule rule) {
    return made(State.WORKS, rule, one -> one.is(kind) && !one.isBad());
  }

  /** The judgement by those that it holds for; empty: for none. */
  private Optional<Judgement> made(State state, Rule rule, Predicate<Standing> by) {
    List<Entry> deciding = new ArrayList<>();
    List<Entry> overruled = new ArrayList<>();
    boolean well = state == State.WORKS;
    for (Standing standing : standings) {
      if (by.test(standing)) {
        deciding.add(standing.newest());
      } else if (standing.isBad() == well) {
        overruled.add(standing.newest());
      }
    }
    return deciding.isEmpty()
        ? Optional.empty()
        : Optional.of(new Judgement(state, rule, deciding, overruled));
  }

  /** What each source says now, by subjects in the order in which they come. */
  private static List<Standing> standings(List<Entry> entries, MonotonicTime now) {
    List<Standing> standings = new ArrayList<>();
    LinkedHashSet<Subject> subjects = new LinkedHashSet<>(2);
    entries.forEach(entry -> subjects.add(entry.subject()));
    for (Subject one : subjects) {
      standings(
          subjects.size() == 1
              ? entries
              : entries.stream().filter(entry -> entry.subject().equals(one)).toList(),
          now,
          standings);
    }
    return standings;
  }

  private static void standings(List<Entry> entries, MonotonicTime now, List<Standing> standings) {
    long run = 0;
    Optional<MonotonicTime> word = Optional.empty();
    for (Entry entry : entries) {
      if (entry.sense() != Sense.UNSURE) {
        run = Math.max(run, entry.run());
        if (word.isEmpty() && entry.source().kind() == Kind.OPERATOR) {
          word = Optional.of(entry.last());
        }
      }
    }
    List<Source> met = new ArrayList<>(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (met.contains(entry.source()) || isOver(entry, run, word)) {
        continue;
      }
      met.add(entry.source());
      Standing standing = standing(entry, entries.subList(i + 1, entries.size()), run, word);
      if (counts(standing.newest(), now)) {
        standings.add(standing);
      }
    }
  }

  /** The newest sense, but a hard one stays until the contrary is as sure. */
  private static Standing standing(
      Entry newest, List<Entry> older, long run, Optional<MonotonicTime> word) {
    if (!newest.isHard()) {
      for (Entry before : older) {
        if (before.source().equals(newest.source())
            && before.isHard()
            && !isOver(before, run, word)) {
          return before.isBad()
              ? new Standing(before, Sense.BAD, true)
              : new Standing(newest, newest.sense(), false);
        }
      }
    }
    return new Standing(newest, newest.sense(), newest.isHard());
  }

  /** Whether it says nothing, or something of an older run, or a word of an operator ended it. */
  private static boolean isOver(Entry entry, long run, Optional<MonotonicTime> word) {
    if (entry.sense() == Sense.UNSURE || (entry.run() > 0 && entry.run() < run)) {
      return true;
    }
    return switch (entry.source().kind()) {
      case OPERATOR, NODE, CHECK, PUSH, FLOW -> false;
      case EXIT, TRANSACTION, TRAFFIC, LATENCY -> word.filter(entry.last()::isBefore).isPresent();
    };
  }

  /** Whether it is not too old. */
  private static boolean counts(Entry entry, MonotonicTime now) {
    return switch (entry.source().kind()) {
      case OPERATOR, EXIT, NODE, TRANSACTION, FLOW, CHECK, PUSH -> true;
      case TRAFFIC, LATENCY ->
          entry.age(now).compareTo(entry.isBad() ? BAD_TRAFFIC_COUNTS : GOOD_TRAFFIC_COUNTS) <= 0;
    };
  }
}
