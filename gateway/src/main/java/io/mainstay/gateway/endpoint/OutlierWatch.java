package io.mainstay.gateway.endpoint;

import io.mainstay.decisions.admission.ConcurrencyLimit;
import io.mainstay.decisions.outliers.Change;
import io.mainstay.decisions.outliers.Member;
import io.mainstay.decisions.outliers.OutlierDetector;
import io.mainstay.decisions.retry.FailureKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.model.state.Endpoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The outlier detector and the concurrency limits of one service, fed from what the loops count.
 * Good answers are taken in batches, failures one by one, and before each failure the good answers
 * that came before it, so that "in a row" means what it says. Any thread, under a lock of its own;
 * the request path takes it only on failures and while an instance is on trial.
 */
public final class OutlierWatch {
  private final OutlierDetector detector;
  private final List<Tracked> tracked = new ArrayList<>();
  private TrafficPolicy policy;
  private volatile boolean attention;

  OutlierWatch(TrafficPolicy policy) {
    this.policy = policy;
    this.detector = new OutlierDetector(policy.outliers());
  }

  /** One run: what of its counts was taken in already. */
  private static final class Tracked {
    final Backend backend;
    ConcurrencyLimit limit;
    long good;
    long goodNanos;
    String reason = "";

    Tracked(Backend backend, ConcurrencyLimit limit) {
      this.backend = backend;
      this.limit = limit;
    }
  }

  synchronized void policy(TrafficPolicy newPolicy) {
    boolean sameLimit =
        newPolicy.concurrency().perInstance().equals(policy.concurrency().perInstance());
    policy = newPolicy;
    detector.policy(newPolicy.outliers());
    if (!sameLimit) {
      for (Tracked one : tracked) {
        one.limit = newLimit();
        one.backend.limit(one.limit.limit());
      }
    }
  }

  private ConcurrencyLimit newLimit() {
    return policy.concurrency().perInstance().isPresent()
        ? ConcurrencyLimit.fixed(policy.concurrency().perInstance().getAsInt())
        : ConcurrencyLimit.learned();
  }

  /** Takes in the endpoints of the service, and the runs that belong to them. */
  synchronized void update(
      List<Endpoint> endpoints, Predicate<Endpoint> withdrawn, List<Backend> backends) {
    detector.update(endpoints, withdrawn);
    Set<Backend> present = new HashSet<>(backends);
    tracked.removeIf(one -> !present.contains(one.backend));
    tracked.forEach(one -> present.remove(one.backend));
    for (Backend backend : backends) {
      if (present.contains(backend)) {
        Tracked one = new Tracked(backend, newLimit());
        backend.limit(one.limit.limit());
        tracked.add(one);
      }
    }
  }

  /** Whether a run is kept out of the regular traffic. */
  public synchronized boolean isOut(InstanceId id, long generation) {
    return detector.isOut(id, generation);
  }

  /**
   * A try failed.
   *
   * @param status of the answer; 0 unless {@code kind} is STATUS
   * @param changes gets what follows from it
   */
  public synchronized void failed(
      Backend backend, FailureKind kind, int status, long now, Consumer<Change> changes) {
    takeInAnswers(now, changes);
    Member member = detector.member(backend.id(), backend.generation());
    if (member == null) {
      return;
    }
    if (kind == FailureKind.TIMEOUT || kind == FailureKind.STALL || status == 503) {
      for (Tracked one : tracked) {
        if (one.backend == backend) {
          one.limit.overloaded();
          backend.limit(one.limit.limit());
        }
      }
    }
    Change change = detector.failed(member, kind, status, now);
    if (change != null) {
      remember(change);
      changes.accept(change);
    }
    attention = detector.wantsAttention();
  }

  /** Lets time pass: stalls are found, ejections end, limits are learned. */
  synchronized void tick(long now, Consumer<Change> changes) {
    takeInAnswers(now, changes);
    for (Tracked one : tracked) {
      Member member = detector.member(one.backend.id(), one.backend.generation());
      if (member != null) {
        observe(member, one.backend, now);
      }
    }
    detector.tick(
        now,
        change -> {
          remember(change);
          changes.accept(change);
        });
    attention = detector.wantsAttention();
  }

  private void remember(Change change) {
    for (Tracked one : tracked) {
      if (one.backend.id().equals(change.id()) && one.backend.generation() == change.generation()) {
        one.reason = change.reason();
      }
    }
  }

  /** Why a run was ejected last; empty if it never was. */
  public synchronized String whyOut(Backend backend) {
    for (Tracked one : tracked) {
      if (one.backend == backend) {
        return one.reason;
      }
    }
    return "";
  }

  private void observe(Member member, Backend backend, long now) {
    int inFlight = 0;
    long earliestQuiet = Long.MAX_VALUE;
    long lastByte = Long.MIN_VALUE;
    for (int i = 0; i < backend.loops(); i++) {
      LoopBackend loop = backend.loop(i);
      int here = (int) loop.counters().get(LoopBackend.IN_FLIGHT);
      long quiet = loop.counters().get(LoopBackend.QUIET_SINCE);
      long heard = loop.counters().get(LoopBackend.HEARD);
      if (here > 0) {
        inFlight += here;
        earliestQuiet = Math.min(earliestQuiet, quiet);
      }
      if (heard != 0) {
        lastByte = Math.max(lastByte, heard);
      }
    }
    detector.observe(member, inFlight, inFlight == 0 ? now : Math.max(earliestQuiet, lastByte));
  }

  private void takeInAnswers(long now, Consumer<Change> changes) {
    for (Tracked one : tracked) {
      long good = 0;
      long nanos = 0;
      for (int i = 0; i < one.backend.loops(); i++) {
        good += one.backend.loop(i).counters().get(LoopBackend.GOOD);
        nanos += one.backend.loop(i).counters().get(LoopBackend.GOOD_NANOS);
      }
      int fresh = (int) (good - one.good);
      if (fresh > 0) {
        long mean = (nanos - one.goodNanos) / fresh;
        one.good = good;
        one.goodNanos = nanos;
        learn(one, fresh, mean, now);
        Member member = detector.member(one.backend.id(), one.backend.generation());
        Change change = member == null ? null : detector.answered(member, fresh, mean, now);
        if (change != null) {
          changes.accept(change);
        }
      }
    }
  }

  private static void learn(Tracked one, int answers, long meanNanos, long now) {
    boolean changed = false;
    int inFlight = one.backend.inFlight();
    for (int i = 0; i < Math.min(answers, 100); i++) {
      changed |= one.limit.answered(now, meanNanos, inFlight);
    }
    if (changed) {
      one.backend.limit(one.limit.limit());
    }
  }

  /** Whether {@link #wantsTrial} may name somebody: false nearly always, and cheap to ask. */
  public boolean mayWantTrial() {
    return attention;
  }

  /**
   * The run that the next request should try, out of turn; null if there is none. The request must
   * then be sent there, or {@link #trialCancelled} be called.
   *
   * @param repeatable whether the request may be sent again elsewhere
   */
  public synchronized @Nullable Backend wantsTrial(long now, boolean repeatable) {
    Member member = detector.wantsTrial(now, repeatable);
    attention = detector.wantsAttention();
    if (member == null) {
      return null;
    }
    for (Tracked one : tracked) {
      if (one.backend.id().equals(member.id())
          && one.backend.generation() == member.generation()
          && !one.backend.isClosed()) {
        return one.backend;
      }
    }
    detector.trialCancelled(member);
    return null;
  }

  /** The trial was not sent, or its client went away. */
  public synchronized void trialCancelled(Backend backend) {
    Member member = detector.member(backend.id(), backend.generation());
    if (member != null) {
      detector.trialCancelled(member);
      attention = detector.wantsAttention();
    }
  }
}
