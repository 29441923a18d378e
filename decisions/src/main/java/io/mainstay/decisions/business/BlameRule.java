package io.mainstay.decisions.business;

import io.mainstay.decisions.business.BusinessFacts.Service;
import io.mainstay.decisions.business.Trial.Phase;
import io.mainstay.decisions.business.Trial.Score;
import io.mainstay.decisions.business.Trial.Tried;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Pin;
import io.mainstay.model.state.TransactionKey;
import io.mainstay.model.state.TransactionRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who is to blame for a transaction that fails, by running it again with one thing changed at a
 * time. A choice that is not pinned varies from run to run, so one result proves nothing: rounds go
 * on until chance is ruled out ({@link Separation}).
 *
 * <ol>
 *   <li>All that failed went through some instance, and nothing that passed did: that one.
 *   <li>It fails with some instances of the suspect and passes with the others: those, or the
 *       instance behind them that only they asked, if it fails with another one in front as well.
 *   <li>It passes with each of them: nobody.
 *   <li>What the suspect asks failed whenever the transaction did, or is known to be in trouble:
 *       that service.
 *   <li>It passes with some instances of what the suspect asks, or with its fallback: the instances
 *       with which it fails, or that service.
 *   <li>It fails with each instance of the suspect: the suspect.
 *   <li>Else nobody.
 * </ol>
 *
 * <p>The first rule compares the paths of good and bad runs as spectrum-based fault localisation
 * does (J. A. Jones, M. J. Harrold: Empirical Evaluation of the Tarantula Automatic
 * Fault-Localization Technique, 2005), but accepts only a perfect match.
 */
final class BlameRule {
  /** How many instances of a service are tried. */
  static final int MOST_INSTANCES = 5;

  private static final int MOST_CALLED = 3;

  private static final int FEWEST_ON_A_PATH = 3;

  private BlameRule() {}

  /** What a trial leads to: more to try, or a culprit. */
  sealed interface Step {
    /** Goes on. */
    record More(Trial trial) implements Step {}

    /** Is over. */
    record Found(Culprit culprit) implements Step {}
  }

  /** Begins with the instances of the suspect; those that answered when it failed come first. */
  static Trial begin(TransactionKey key, Service suspect, Optional<InstanceId> answered) {
    return new Trial(key, suspect.name(), Phase.INSTANCES, List.of(), 0, List.of(), List.of())
        .ask(Phase.INSTANCES, instances(suspect, answered));
  }

  private static List<Pin> instances(Service service, Optional<InstanceId> first) {
    List<InstanceId> all = new ArrayList<>(service.serving());
    if (all.isEmpty()) {
      all.addAll(service.answering());
    }
    first
        .filter(all::contains)
        .ifPresent(one -> {
          all.remove(one);
          all.addFirst(one);
        });
    return all.stream().limit(MOST_INSTANCES).map(Pin::to).toList();
  }

  /**
   * Once nothing waits any more.
   *
   * @param troubles services that are known not to do their work, and why
   */
  static Step conclude(
      Trial trial, BusinessFacts facts, SequencedMap<ServiceName, String> troubles) {
    Optional<Culprit> onPath = onPath(trial);
    if (onPath.isPresent()) {
      return new Step.Found(onPath.get());
    }
    return switch (trial.phase()) {
      case INSTANCES -> afterInstances(trial, facts, troubles);
      case COMPANIONS -> afterCompanions(trial, facts);
      case CALLS -> afterCalls(trial, facts);
    };
  }

  /** The one instance through which all that failed went, and nothing that passed. */
  private static Optional<Culprit> onPath(Trial trial) {
    TreeSet<InstanceId> candidates = new TreeSet<>();
    int failed = 0;
    for (Tried one : trial.tried()) {
      if (!one.passed()) {
        Set<InstanceId> path = path(one);
        if (failed == 0) {
          candidates.addAll(path);
        }
        candidates.retainAll(path);
        failed++;
      }
    }
    if (trial.tried().stream().allMatch(one -> path(one).size() <= 1)) {
      // Nobody is known but the one that was pinned: whether it is chance is asked there.
      return Optional.empty();
    }
    int passed = 0;
    for (Tried one : trial.tried()) {
      if (one.passed()) {
        candidates.removeAll(path(one));
        passed++;
      }
    }
    if (candidates.size() != 1 || failed < FEWEST_ON_A_PATH || passed < FEWEST_ON_A_PATH) {
      return Optional.empty();
    }
    InstanceId culprit = candidates.first();
    return Optional.of(
        new Culprit.Instances(
            culprit.service(),
            List.of(culprit),
            "all "
                + failed
                + " runs that failed went through it, and none of the "
                + passed
                + " that passed"));
  }

  private static Set<InstanceId> path(Tried one) {
    TreeSet<InstanceId> path = new TreeSet<>();
    one.calls().forEach(call -> call.instance().ifPresent(path::add));
    return path;
  }

  private static Step afterInstances(
      Trial trial, BusinessFacts facts, SequencedMap<ServiceName, String> troubles) {
    List<Score> scores = trial.of(trial.suspect());
    if (scores.isEmpty()) {
      boolean dead =
          facts
              .service(trial.suspect())
              .filter(suspect -> suspect.answering().isEmpty())
              .isPresent();
      return new Step.Found(
          dead
              ? new Culprit.Whole(trial.suspect(), "none of its instances answers")
              : new Culprit.Nobody("no run with an instance pinned said anything"));
    }
    Separation separation = Separation.of(scores, trial.round());
    return switch (separation.verdict()) {
      case NONE_FAILS ->
          new Step.Found(
              new Culprit.Nobody(
                  "run again it passes with each of " + scores.size() + " instances tried"));
      case SEPARATE -> some(trial, facts, trial.suspect(), separation);
      case ALL_FAIL -> behind(trial, facts, troubles);
      case OPEN ->
          trial.round() < Separation.MOST_ROUNDS
              ? new Step.More(trial.again())
              : behind(trial, facts, troubles);
    };
  }

  /** It fails with some instances: are it these, or one whom only they ask? */
  private static Step some(
      Trial trial, BusinessFacts facts, ServiceName service, Separation separation) {
    for (InstanceId companion : companions(trial, service, separation)) {
      Optional<Service> behind =
          facts.service(companion.service()).filter(one -> one.serving().size() > 1);
      if (behind.isPresent()) {
        return new Step.More(
            trial.ask(Phase.COMPANIONS, instances(behind.get(), Optional.of(companion))));
      }
    }
    return new Step.Found(some(service, separation));
  }

  /**
   * Instances of other services through which all went that failed with those, and nothing that
   * passed. Services are asked about in their order, so that this ends whatever runs say.
   */
  private static Set<InstanceId> companions(
      Trial trial, ServiceName service, Separation separation) {
    TreeSet<InstanceId> companions = new TreeSet<>();
    boolean first = true;
    for (Tried one : trial.tried()) {
      boolean with =
          one.pin().target() instanceof Pin.Target.One pinned
              && separation.failing().contains(pinned.instance());
      if (!one.passed() && with) {
        if (first) {
          companions.addAll(path(one));
        }
        companions.retainAll(path(one));
        first = false;
      }
    }
    trial.tried().stream()
        .filter(Tried::passed)
        .map(BlameRule::path)
        .forEach(companions::removeAll);
    companions.removeIf(one ->
        one.service().equals(service)
            || one.service().equals(trial.suspect())
            || (trial.phase() == Phase.COMPANIONS
                && one.service().compareTo(trial.pins().getFirst().service()) <= 0));
    return companions;
  }

  private static Step afterCompanions(Trial trial, BusinessFacts facts) {
    ServiceName behind = trial.pins().getFirst().service();
    Separation among = Separation.of(trial.of(behind), trial.round());
    if (among.verdict() == Separation.Verdict.SEPARATE) {
      return some(trial, facts, behind, among);
    }
    if (among.verdict() == Separation.Verdict.OPEN && trial.round() < Separation.MOST_ROUNDS) {
      return new Step.More(trial.again());
    }
    Separation before = Separation.of(trial.of(trial.suspect()), Separation.MOST_ROUNDS);
    return some(trial, facts, trial.suspect(), before);
  }

  private static Culprit some(ServiceName service, Separation separation) {
    return new Culprit.Instances(
        service,
        separation.failing(),
        "it fails with "
            + separation.failing()
            + " ("
            + separation.reason()
            + "), and passes with "
            + separation.passing()
            + " others");
  }

  private static List<ServiceName> calls(Trial trial, BusinessFacts facts) {
    return facts.service(trial.suspect()).map(Service::calls).orElse(List.of());
  }

  /** It is not some of the suspect's instances: is it somebody whom they all ask? */
  private static Step behind(
      Trial trial, BusinessFacts facts, SequencedMap<ServiceName, String> troubles) {
    List<Tried> failed = trial.tried().stream().filter(one -> !one.passed()).toList();
    Optional<ServiceName> failing = failingInAll(failed, trial.suspect());
    if (failing.isPresent()) {
      return new Step.Found(
          new Culprit.Downstream(
              failing.get(),
              "its answers to " + trial.suspect() + " failed in all " + failed.size() + " runs"));
    }
    List<ServiceName> calls = calls(trial, facts);
    for (ServiceName called : calls) {
      String trouble = troubles.get(called);
      if (trouble != null) {
        return new Step.Found(
            new Culprit.Downstream(called, trial.suspect() + " asks it, and " + trouble));
      }
    }
    List<Pin> round = new ArrayList<>();
    for (ServiceName called : calls.subList(0, Math.min(MOST_CALLED, calls.size()))) {
      facts
          .service(called)
          .ifPresent(service -> {
            if (service.serving().size() > 1) {
              round.addAll(instances(service, Optional.empty()));
            }
            if (service.hasFallback()) {
              round.add(Pin.toFallback(called));
            }
          });
    }
    if (round.isEmpty()) {
      return new Step.Found(itself(trial));
    }
    if (round.stream().allMatch(pin -> pin.target() instanceof Pin.Target.Fallback)) {
      // Somebody else has to show in between that the fault is still there.
      failed.stream().findFirst().ifPresent(one -> round.add(one.pin()));
    }
    return new Step.More(trial.ask(Phase.CALLS, round));
  }

  /**
   * The service whose answers to the suspect failed in each of the runs; of several the one that
   * failed first.
   */
  private static Optional<ServiceName> failingInAll(List<Tried> failed, ServiceName suspect) {
    List<ServiceName> candidates = new ArrayList<>();
    for (int i = 0; i < failed.size(); i++) {
      List<TransactionRun.Call> calls = failed.get(i).calls();
      List<ServiceName> here = new ArrayList<>();
      for (TransactionRun.Call call : calls.subList(0, Math.max(0, first(suspect, calls)))) {
        if (call.failed()) {
          here.add(call.service());
        }
      }
      if (i == 0) {
        candidates.addAll(here);
      } else {
        candidates.retainAll(here);
      }
    }
    return candidates.stream().findFirst();
  }

  /**
   * Where it is among the calls, which are in the order of their ends: who ended later waited for
   * it. -1: no gateway saw it, so nobody knows whom it asked.
   */
  private static int first(ServiceName service, List<TransactionRun.Call> calls) {
    return calls.stream().map(TransactionRun.Call::service).toList().indexOf(service);
  }

  private static Step afterCalls(Trial trial, BusinessFacts facts) {
    double rate = rate(trial.of(trial.suspect()));
    for (ServiceName called : calls(trial, facts)) {
      List<Score> scores = trial.of(called);
      Separation separation = Separation.of(scores, trial.round());
      if (separation.verdict() == Separation.Verdict.SEPARATE) {
        return new Step.Found(some(called, separation));
      }
      if (scores.stream()
          .anyMatch(score ->
              score.isFallback()
                  && Separation.isBetter(score, rate)
                  && failedSince(trial, score.pin()))) {
        return new Step.Found(
            new Culprit.Downstream(called, "with its fallback in its place it passes"));
      }
    }
    boolean hopeless =
        trial.round() > 1
            && calls(trial, facts).stream()
                .flatMap(called -> trial.of(called).stream())
                .allMatch(score -> score.passed() == 0);
    return hopeless || trial.round() >= Separation.MOST_ROUNDS_BEHIND
        ? new Step.Found(itself(trial))
        : new Step.More(trial.again());
  }

  /** Whether something failed after it passed for the first time with somebody in place. */
  private static boolean failedSince(Trial trial, Pin place) {
    return trial.tried().stream()
        .dropWhile(one -> !(one.passed() && one.pin().equals(place)))
        .anyMatch(one -> !one.passed() && !one.pin().equals(place));
  }

  private static double rate(List<Score> scores) {
    int failed = scores.stream().mapToInt(Score::failed).sum();
    int passed = scores.stream().mapToInt(Score::passed).sum();
    return (double) failed / Math.max(1, failed + passed);
  }

  private static Culprit itself(Trial trial) {
    List<Score> scores = trial.of(trial.suspect());
    if (Separation.of(scores, Separation.MOST_ROUNDS).verdict() != Separation.Verdict.ALL_FAIL) {
      return new Culprit.Nobody("with the same instances it fails at times and passes at times");
    }
    return new Culprit.Whole(
        trial.suspect(),
        "it fails with each of "
            + scores.size()
            + " instances tried ("
            + scores.getLast().reason()
            + "), and nothing that it asks explains that");
  }
}
