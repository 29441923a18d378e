package io.mainstay.decisions.outliers;

import io.mainstay.decisions.retry.FailureKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.TrafficPolicy.Outliers;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Endpoint.Readiness;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds instances of one service that answer badly or not at all while their checks are green, and
 * says when they may return. One thread; counting allocates nothing, decisions do. All times are
 * monotonic nanoseconds.
 *
 * <p>An instance is ejected for a row of failures, for its error rate (from 10 requests in the
 * window), or for a stall; but only while its peers do better: if at least two thirds of what they
 * did meanwhile failed too, the fault lies elsewhere. Each ejection in a row lasts one {@code
 * eject} longer, up to {@code max-eject}; every {@code window} in good health takes one back. When
 * the time is over, one request at a time tries it: a good answer restores it, a failure ejects it
 * again. A green check does not undo an ejection, only a new process does. A frozen standby cannot
 * be tried, so it returns when its time is over. Where no request comes that could try it, it is
 * restored after two times {@code eject} more: it would be missing as a standby for ever, and the
 * first failure makes it suspect again.
 *
 * <p>Stall: no byte for {@code stall} with something in flight, while the peers gave at least three
 * answers. So that one slow request does not look like a dead instance, half-way through the
 * instance is suspected, and three requests that may be repeated go to it. If they are not answered
 * either, it is out at {@code stall}; if not that many came, at 1.4 × {@code stall}. The time is
 * never less than four times the usual latency of the service.
 *
 * <p>Failures: a balancer that avoids a failing instance would hide it for long. So once a failure
 * was seen, requests that may be repeated go there, a few at most, until a good answer or the
 * ejection settles it.
 */
public final class OutlierDetector {
  /** Requests in the window below which the error rate says nothing. */
  public static final int LEAST_REQUESTS = 10;

  private static final int LEAST_PEER_ANSWERS = 3;
  private static final double LATENCY_WEIGHT = 0.02;
  private static final int LATENCIES = 4;
  private static final double WITHOUT_PROBES = 1.4;

  private Outliers policy;
  private final List<Member> members = new ArrayList<>();
  private final SequencedMap<Run, Member> byRun = new LinkedHashMap<>();
  private long totalGood;
  private long totalBad;
  private double usualLatency;
  private int attention;

  private record Run(InstanceId id, long generation) {}

  /** A detector without members. */
  public OutlierDetector(Outliers policy) {
    this.policy = policy;
  }

  /** Changes the policy; ejections that are under way keep their end. */
  public void policy(Outliers newPolicy) {
    policy = newPolicy;
  }

  /**
   * Takes in all endpoints of the service. What is known about runs that stay is kept, whatever
   * their readiness; a higher generation starts afresh.
   *
   * @param endpoints at most one entry an instance
   * @param withdrawn whether this run was withdrawn by the short cut
   */
  public void update(List<Endpoint> endpoints, Predicate<Endpoint> withdrawn) {
    List<Member> kept = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      Member member = member(endpoint.id(), endpoint.generation());
      if (member == null) {
        member =
            new Member(
                endpoint.id(), endpoint.generation(), Math.max(10, policy.window().toNanos()));
      }
      boolean gone = withdrawn.test(endpoint);
      member.frozen = !gone && endpoint.readiness() == Readiness.FROZEN;
      member.able = member.frozen || (!gone && endpoint.readiness() == Readiness.READY);
      kept.add(member);
    }
    members.clear();
    members.addAll(kept);
    byRun.clear();
    kept.forEach(member -> byRun.put(new Run(member.id, member.generation), member));
  }

  /** What is known about a run; null if it is no member. */
  public @Nullable Member member(InstanceId id, long generation) {
    return byRun.get(new Run(id, generation));
  }

  /** Whether a run is kept out of the regular traffic. */
  public boolean isOut(InstanceId id, long generation) {
    Member member = member(id, generation);
    return member != null && member.isOut();
  }

  /** Complete good answers came, with that mean latency; Restored if that ended a trial. */
  public @Nullable Change answered(Member member, int count, long latencyNanos, long now) {
    totalGood += count;
    member.good += count;
    if (member.row > 0) {
      member.endRow();
      countAttention();
    }
    member.window.addFirst(now, count);
    usualLatency += (latencyNanos - usualLatency) * (usualLatency == 0 ? 1 : LATENCY_WEIGHT);
    if (member.state != Member.State.ON_TRIAL || !member.trialUnderWay) {
      return null;
    }
    return restore(member, now, "its trial request was answered");
  }

  private Change restore(Member member, long now, String reason) {
    member.state = Member.State.IN;
    member.trialUnderWay = false;
    member.restoredAt = now;
    member.window.clear();
    member.forgetQuiet();
    countAttention();
    return new Change.Restored(member.id, member.generation, reason);
  }

  /** A try failed (status 0 unless {@code kind} is STATUS); Ejected if that was one too many. */
  public @Nullable Change failed(Member member, FailureKind kind, int status, long now) {
    if (member.row == 0) {
      member.peersGoodAtRow = totalGood - member.good;
      member.peersBadAtRow = totalBad - member.bad;
    }
    totalBad++;
    member.bad++;
    member.row++;
    member.window.addSecond(now, 1);
    countAttention();
    String what = kind == FailureKind.STATUS ? "status " + status : kind.label();
    return switch (member.state) {
      case EJECTED -> null;
      case ON_TRIAL ->
          member.trialUnderWay ? eject(member, now, "its trial failed: " + what) : null;
      case IN -> judge(member, what, now);
    };
  }

  private @Nullable Change judge(Member member, String what, long now) {
    if (policy.failures() > 0 && member.row >= policy.failures() && peersDoBetterSinceRow(member)) {
      return eject(member, now, member.row + " failures in a row, the last one: " + what);
    }
    long bad = member.window.second(now);
    long all = bad + member.window.first(now);
    if (all < LEAST_REQUESTS || bad < policy.errorRate() * all || policy.errorRate() <= 0) {
      return null;
    }
    long peersGood = 0;
    long peersBad = 0;
    for (Member peer : members) {
      if (peer != member && !peer.isOut()) {
        peersGood += peer.window.first(now);
        peersBad += peer.window.second(now);
      }
    }
    return peersDoBetter(peersGood, peersBad)
        ? eject(member, now, bad + " of " + all + " requests failed, the last one: " + what)
        : null;
  }

  private boolean peersDoBetterSinceRow(Member member) {
    return peersDoBetter(
        totalGood - member.good - member.peersGoodAtRow,
        totalBad - member.bad - member.peersBadAtRow);
  }

  private static boolean peersDoBetter(long good, long bad) {
    return 2 * good >= bad;
  }

  /**
   * What is in flight on a member now; for the stall rule. Call before each {@link #tick}. With
   * several event loops: the sum, and the latest of (the earliest of their quiet times, the last
   * byte that any of them saw).
   *
   * @param quietSince since when something was in flight and no byte came
   */
  public void observe(Member member, int inFlight, long quietSince) {
    member.inFlight = inFlight;
    member.quietSince = quietSince;
  }

  /** Lets time pass: stalls are found, ejections end. Every 50 ms or so. */
  public void tick(long now, Consumer<Change> changes) {
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      Change change =
          switch (member.state) {
            case IN -> judgeQuiet(member, now);
            case EJECTED -> endEjection(member, now);
            case ON_TRIAL -> judgeTrial(member, now);
          };
      if (change != null) {
        changes.accept(change);
      }
    }
    countAttention();
  }

  private @Nullable Change endEjection(Member member, long now) {
    if (now - member.ejectedUntil >= 0) {
      TrialRule.await(member, now);
    }
    return null;
  }

  private @Nullable Change judgeTrial(Member member, long now) {
    if (member.frozen) {
      return restore(member, now, "its time is over, and no request can try it while frozen");
    }
    if (!member.trialUnderWay) {
      return TrialRule.isUntried(member, policy, now)
          ? restore(member, now, "its time is over, and no request came that could try it")
          : null;
    }
    if (now - member.trialAt < stallNanos()) {
      return null;
    }
    boolean heard = member.inFlight == 0 || member.quietSince - member.trialAt > 0;
    if (!heard) {
      return eject(member, now, "its trial was not answered");
    }
    if (now - member.trialAt >= policy.eject().toNanos()) {
      TrialRule.await(member, now);
    }
    return null;
  }

  private @Nullable Change judgeQuiet(Member member, long now) {
    if (member.inFlight == 0 || !member.able) {
      member.forgetQuiet();
      return null;
    }
    long peersAnswered = totalGood + totalBad - member.good - member.bad;
    if (member.quietMark != member.quietSince) {
      member.forgetQuiet();
      member.quietMark = member.quietSince;
      member.peersAnsweredAtMark = peersAnswered;
    }
    long peers = peersAnswered - member.peersAnsweredAtMark;
    long quiet = now - member.quietSince;
    long stall = stallNanos();
    member.suspected = peers >= LEAST_PEER_ANSWERS && quiet >= stall / 2;
    boolean probesUnanswered = ProbeRule.isStallConfirmed(member, now, stall);
    if (!member.suspected
        || quiet < stall
        || !(probesUnanswered || quiet >= stall * WITHOUT_PROBES)) {
      return null;
    }
    return eject(
        member,
        now,
        "no byte for "
            + quiet / 1_000_000
            + " ms with "
            + member.inFlight
            + " in flight, while its peers answered "
            + peers
            + " times");
  }

  private long stallNanos() {
    return Math.max(policy.stall().toNanos(), (long) (LATENCIES * usualLatency));
  }

  /**
   * The instance that the next request should try, out of turn: one whose ejection is over, one
   * that is suspected of a stall, or one whose last answer was a failure. Null nearly always, after
   * one comparison. The request must then be sent there, or {@link #trialCancelled} be called.
   *
   * @param repeatable whether the request may be sent again elsewhere if the trial fails; others
   *     are taken only for an ejected one that has waited for {@code eject} without such a request
   */
  public @Nullable Member wantsTrial(long now, boolean repeatable) {
    if (attention == 0) {
      return null;
    }
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      if (!member.able || member.frozen) {
        continue;
      }
      boolean wanted =
          switch (member.state) {
            case EJECTED -> false;
            case ON_TRIAL -> TrialRule.begin(member, policy, now, repeatable);
            case IN -> repeatable && beginProbe(member, now);
          };
      if (wanted) {
        countAttention();
        return member;
      }
    }
    return null;
  }

  private boolean beginProbe(Member member, long now) {
    long stall = stallNanos();
    return ProbeRule.beginOfStall(member, now, stall)
        || (ProbeRule.isRowProbeDue(member, policy.failures(), now, stall)
            && mayEject()
            && peersDoBetterSinceRow(member)
            && ProbeRule.beginOfRow(member, now));
  }

  /** Whether {@link #wantsTrial} may name somebody before the next change. */
  public boolean wantsAttention() {
    return attention > 0;
  }

  /** The trial that {@link #wantsTrial} asked for was not sent, or its client went away. */
  public void trialCancelled(Member member) {
    member.trialUnderWay = false;
    member.stallProbes = Math.max(0, member.stallProbes - 1);
    countAttention();
  }

  private void countAttention() {
    int wanted = 0;
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      boolean wants =
          switch (member.state) {
            case EJECTED -> false;
            case ON_TRIAL -> !member.trialUnderWay;
            case IN -> ProbeRule.wantsAny(member, policy.failures());
          };
      wanted += wants && member.able ? 1 : 0;
    }
    attention = wanted;
  }

  private @Nullable Change eject(Member member, long now, String reason) {
    boolean again = member.state == Member.State.ON_TRIAL;
    if (!again && !mayEject()) {
      return null;
    }
    long healthy = (now - member.restoredAt) / Math.max(1, policy.window().toNanos());
    int forgiven = again ? 0 : Math.clamp(healthy, 0, member.ejections);
    member.ejections += 1 - forgiven;
    long nanos = TrialRule.ejectionNanos(policy, member.ejections);
    member.state = Member.State.EJECTED;
    member.ejectedUntil = now + nanos;
    member.trialUnderWay = false;
    member.endRow();
    member.forgetQuiet();
    countAttention();
    SequencedMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("good", Long.toString(member.window.first(now)));
    evidence.put("failed", Long.toString(member.window.second(now)));
    evidence.put("in-flight", Integer.toString(member.inFlight));
    evidence.put("ejections", Integer.toString(member.ejections));
    return new Change.Ejected(member.id, member.generation, nanos, reason, evidence);
  }

  /** Within {@code max-ejected} (but one of two or more always), and never the last one. */
  private boolean mayEject() {
    int able = 0;
    int out = 0;
    for (Member member : members) {
      able += member.able ? 1 : 0;
      out += member.able && member.isOut() ? 1 : 0;
    }
    if (policy.maxEjected() <= 0) {
      return false;
    }
    int most = Math.max(1, (int) Math.floor(policy.maxEjected() * able + 1e-9));
    return out + 1 <= most && out + 1 < able;
  }
}
