package io.mainstay.decisions.business;

import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Pin;
import io.mainstay.model.state.TransactionKey;
import io.mainstay.model.state.TransactionRun;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * The search for who is to blame: the whole transaction again and again, with the suspect's
 * requests pinned to one after the other.
 *
 * @param key which transaction
 * @param suspect whose step failed, or who was blamed for it by a suspect before
 * @param phase what is asked
 * @param pins those that are tried in this phase, each once a round
 * @param round how many rounds of the phase were begun
 * @param waiting pins still to try, in order
 * @param tried what came of the others, in order; a pin may be there several times
 */
public record Trial(
    TransactionKey key,
    ServiceName suspect,
    Phase phase,
    List<Pin> pins,
    int round,
    List<Pin> waiting,
    List<Tried> tried) {
  /** Copies the lists. */
  public Trial {
    pins = List.copyOf(pins);
    waiting = List.copyOf(waiting);
    tried = List.copyOf(tried);
  }

  /** What is asked. */
  public enum Phase {
    /** With which of the suspect's instances does it fail? */
    INSTANCES,
    /** Is it somebody whom only those ask with which it fails, as on one machine of several? */
    COMPANIONS,
    /** Does it pass with somebody else behind the suspect? */
    CALLS
  }

  /**
   * One pinned run.
   *
   * @param pin where the requests went
   * @param passed how it ended
   * @param reason why it failed; empty if it passed
   * @param calls what services asked of each other
   */
  public record Tried(Pin pin, boolean passed, String reason, List<TransactionRun.Call> calls) {
    /** Copies the list. */
    public Tried {
      calls = List.copyOf(calls);
    }
  }

  /** With the result of the run that was pinned to the first of those that wait. */
  Trial took(TransactionRun run) {
    Pin pin = waiting.getFirst();
    List<Tried> next = new ArrayList<>(tried);
    if (run.outcome() != TransactionRun.Outcome.UNKNOWN) {
      String reason =
          run.failure().map(failure -> failure.label() + ": " + failure.reason()).orElse("");
      next.add(new Tried(pin, run.passed(), reason, run.calls()));
    }
    return new Trial(key, suspect, phase, pins, round, waiting.subList(1, waiting.size()), next);
  }

  /** Without the run that never told how it ended. */
  Trial skipped() {
    return new Trial(key, suspect, phase, pins, round, waiting.subList(1, waiting.size()), tried);
  }

  /** The first round of another question. */
  Trial ask(Phase another, List<Pin> whom) {
    return new Trial(key, suspect, another, whom, 0, List.of(), tried).again();
  }

  /**
   * One more round, in an order that repeats in no simple way: others that take turns behind the
   * suspect would else meet the same pin every time.
   */
  Trial again() {
    List<Pin> order = new ArrayList<>(pins);
    order.sort(Comparator.comparingLong(pin -> mixed(31L * round + pins.indexOf(pin))));
    return new Trial(key, suspect, phase, pins, round + 1, order, tried);
  }

  /** The finaliser of SplitMix64 (G. L. Steele et al., 2014). */
  private static long mixed(long number) {
    long z = (number + 1) * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** Each pin of a service with all its results, in the order in which it was tried first. */
  List<Score> of(ServiceName service) {
    LinkedHashMap<Pin, Score> scores = new LinkedHashMap<>();
    for (Tried one : tried) {
      if (one.pin().service().equals(service)) {
        Score score = scores.getOrDefault(one.pin(), new Score(one.pin(), 0, 0, ""));
        scores.put(
            one.pin(),
            one.passed()
                ? new Score(one.pin(), score.passed() + 1, score.failed(), score.reason())
                : new Score(one.pin(), score.passed(), score.failed() + 1, one.reason()));
      }
    }
    return List.copyOf(scores.values());
  }

  /**
   * How one pin did.
   *
   * @param pin where requests went
   * @param passed runs that passed
   * @param failed runs that failed
   * @param reason why the last of them failed; empty: none did
   */
  record Score(Pin pin, int passed, int failed, String reason) {
    boolean isFallback() {
      return pin.target() instanceof Pin.Target.Fallback;
    }
  }
}
