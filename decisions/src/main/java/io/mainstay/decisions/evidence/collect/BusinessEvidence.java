package io.mainstay.decisions.evidence.collect;

import io.mainstay.decisions.business.BusinessDecision.News;
import io.mainstay.decisions.business.BusinessDecision.Order;
import io.mainstay.decisions.business.BusinessFacts;
import io.mainstay.decisions.evidence.Entry;
import io.mainstay.decisions.evidence.Entry.Sense;
import io.mainstay.decisions.evidence.EvidenceRule;
import io.mainstay.decisions.evidence.Ledger;
import io.mainstay.decisions.evidence.Source;
import io.mainstay.decisions.evidence.Source.Kind;
import io.mainstay.decisions.evidence.Subject;
import io.mainstay.decisions.evidence.Witnesses;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.TransactionKey;
import io.mainstay.model.state.TransactionRun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * Writes into a {@link Ledger} what transactions say: runs as a user's speak for or against the
 * service whose transaction it is, whoever answered the step that failed, and what they asked of
 * each other; a trial speaks against whom it blames. And tells whether that is enough for something
 * drastic.
 *
 * <p>For one thread.
 */
public final class BusinessEvidence {
  /** Name of the evidence that says whose transaction an order or news is about. */
  private static final String TRANSACTION = "transaction";

  /** Runs that pass in a row after which nothing is left of what was said before. */
  private static final int MANY = 20;

  private final Ledger ledger;

  /** Against whom each transaction that failed as a user speaks. */
  private final LinkedHashMap<TransactionKey, LinkedHashSet<Subject>> accused =
      new LinkedHashMap<>();

  /** Whom a trial blames, by the transaction's name. */
  private final LinkedHashMap<String, LinkedHashSet<Subject>> blamed = new LinkedHashMap<>();

  /** Transactions that were tried with requests pinned since they worked for long. */
  private final LinkedHashSet<TransactionKey> tried = new LinkedHashSet<>();

  /** Runs as users' that passed since the last one that failed, of those that failed once. */
  private final LinkedHashMap<TransactionKey, Integer> passes = new LinkedHashMap<>();

  /** Writes into this one. */
  public BusinessEvidence(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Forgets who is accused; the ledger is left alone. */
  public void clear() {
    accused.clear();
    blamed.clear();
    tried.clear();
    passes.clear();
  }

  /**
   * A run is over.
   *
   * @param asUser whether it counts as what a user would see: not pinned, or pinned only because
   *     runs seldom meet that instance by themselves
   * @param fall how many failures in a row make it fail, from 1
   */
  public void ran(
      TransactionRun run, boolean asUser, int fall, BusinessFacts facts, MonotonicTime now) {
    if (run.outcome() == TransactionRun.Outcome.UNKNOWN) {
      return;
    }
    // That one instance works says nothing against what was seen of the others.
    if (!run.pins().isEmpty() && (run.passed() || !asUser)) {
      if (accused.containsKey(run.key())) {
        tried.add(run.key());
      }
      return;
    }
    if (run.passed()) {
      passed(run, fall, facts, now);
    } else {
      failed(run, 1.0 / Math.max(1, fall), now);
    }
    calls(run, 1.0 / Math.max(1, fall), now);
  }

  private void passed(TransactionRun run, int fall, BusinessFacts facts, MonotonicTime now) {
    TransactionKey key = run.key();
    Source user = user(key);
    String reason = "passed as a user's";
    ledger.record(Entry.of(Subject.of(key.service()), user, Sense.GOOD, 1, reason, now));
    SequencedSet<Subject> whom = accused.get(key);
    if (whom == null) {
      return;
    }
    int inRow = passes.merge(key, 1, Integer::sum);
    for (Subject subject : whom) {
      clear(subject, user, reason, now);
      if (inRow >= fall) {
        clear(subject, user.by(Source.AGAIN), reason, now);
      }
    }
    acquit(key, inRow >= fall, inRow >= MANY, facts, now);
    if (inRow >= MANY) {
      accused.remove(key);
      tried.remove(key);
      passes.remove(key);
    }
  }

  /**
   * Runs as users' speak for whom a trial blamed, unless it is out of their way. That some pass
   * says little for one instance of several: only many do.
   */
  private void acquit(
      TransactionKey key, boolean several, boolean many, BusinessFacts facts, MonotonicTime now) {
    SequencedSet<Subject> whom = blamed.get(key.toString());
    if (whom == null) {
      return;
    }
    whom.removeIf(subject -> {
      boolean enough = subject.kind() == Subject.Kind.INSTANCE ? many : several;
      boolean free = enough && !isOutOfTheWay(subject, facts);
      if (free) {
        clear(subject, trial(key.toString()), "users' runs pass, with it in the traffic", now);
      }
      return free;
    });
    if (whom.isEmpty()) {
      blamed.remove(key.toString());
    }
  }

  private void clear(Subject subject, Source source, String reason, MonotonicTime now) {
    if (ledger.newest(subject, source).filter(Entry::isBad).isPresent()) {
      ledger.record(Entry.of(subject, source, Sense.GOOD, 1, reason, now));
    }
  }

  private static boolean isOutOfTheWay(Subject subject, BusinessFacts facts) {
    for (BusinessFacts.Service service : facts.services()) {
      if (subject.equals(Subject.of(service.name()))) {
        return service.diversion().isPresent() || service.stopped();
      }
      for (BusinessFacts.Instance instance : service.instances()) {
        if (subject.equals(Subject.of(instance.id()))) {
          return instance.confined() || !instance.serving();
        }
      }
    }
    return false;
  }

  private void failed(TransactionRun run, double weight, MonotonicTime now) {
    LinkedHashSet<Subject> whom = accused.computeIfAbsent(run.key(), _ -> new LinkedHashSet<>());
    whom.add(Subject.of(run.key().service()));
    Optional<TransactionRun.Failure> failure = run.failure();
    failure.ifPresent(one -> whom.add(Subject.of(one.suspect())));
    String reason =
        failure.map(one -> "step " + one.label() + ": " + one.reason()).orElse("failed");
    Source user = user(run.key());
    passes.put(run.key(), 0);
    for (Subject subject : whom) {
      ledger.record(Entry.of(subject, user, Sense.BAD, weight, reason, now));
      if (tried.contains(run.key())) {
        ledger.record(Entry.of(subject, user.by(Source.AGAIN), Sense.BAD, weight, reason, now));
      }
    }
  }

  private void calls(TransactionRun run, double weight, MonotonicTime now) {
    LinkedHashMap<ServiceName, Boolean> worst = new LinkedHashMap<>();
    for (TransactionRun.Call call : run.calls()) {
      if (!call.service().equals(run.key().service())) {
        worst.merge(call.service(), call.failed(), (one, other) -> one || other);
      }
    }
    worst.forEach((called, bad) ->
        ledger.record(
            Entry.of(
                Subject.dependency(run.key().service(), called),
                user(run.key()),
                bad ? Sense.BAD : Sense.GOOD,
                bad ? weight : 1,
                bad ? "a request to it failed" : "all requests to it were answered",
                now)));
  }

  /** What the rule told: whom a trial blames, and who is let back. */
  public void told(News news, MonotonicTime now) {
    if (news.kind() != EventKind.BLAMED) {
      return;
    }
    String key = news.evidence().getOrDefault(TRANSACTION, "");
    Subject subject = news.instance().map(Subject::of).orElseGet(() -> Subject.of(news.service()));
    ledger.record(Entry.of(subject, trial(key), Sense.BAD, 1, news.reason(), now));
    blamed.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(subject);
  }

  /** Who speaks for an order: against whom it is, and against the service that suffers. */
  public Witnesses witnesses(Order.Apply order, MonotonicTime now) {
    List<Entry> all = new ArrayList<>(ledger.of(Subject.of(order.service())));
    for (InstanceId instance : order.instances()) {
      all.addAll(ledger.of(Subject.of(instance)));
    }
    SequencedMap<String, String> evidence = order.evidence();
    String key = evidence.getOrDefault(TRANSACTION, "");
    for (TransactionKey one : accused.keySet()) {
      if (one.toString().equals(key) && !one.service().equals(order.service())) {
        for (Entry entry : ledger.of(Subject.of(one.service()))) {
          if (entry.source().kind() == Kind.TRANSACTION && entry.source().name().equals(key)) {
            all.add(entry);
          }
        }
      }
    }
    return EvidenceRule.witnesses(all, now);
  }

  private static Source user(TransactionKey key) {
    return Source.of(Kind.TRANSACTION, key.toString()).by(Source.AS_USER);
  }

  private static Source trial(String key) {
    return Source.of(Kind.TRANSACTION, key).by(Source.TRIAL);
  }
}
