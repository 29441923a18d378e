package io.mainstay.decisions.remedy;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.ServiceSpec.RestartPolicy;
import java.time.Duration;
import java.util.Collections;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Spaces the restarts that a live check asks for: the delay grows with each one that did not help,
 * as after exits; after as many as park a crashing instance it is at least the longest delay after
 * an exit, and at most ten times that. A quiet time of {@code reset-after} beyond the delay
 * forgets.
 *
 * @param restarted by instance
 */
public record LiveRestarts(SequencedMap<InstanceId, Last> restarted) {
  /** None yet. */
  public static final LiveRestarts NONE = new LiveRestarts(new TreeMap<>());

  /** Copies the map. */
  public LiveRestarts {
    restarted = Collections.unmodifiableSequencedMap(new TreeMap<>(restarted));
  }

  /**
   * The last one of an instance.
   *
   * @param at when it was granted
   * @param inARow how many, this one included
   */
  public record Last(MonotonicTime at, int inARow) {}

  /** How long an instance must still wait for its next one; zero: it may go now. */
  public Duration wait(InstanceId instance, RestartPolicy policy, MonotonicTime now) {
    Last last = restarted.get(instance);
    if (last == null) {
      return Duration.ZERO;
    }
    Duration left = delay(last.inARow(), policy).minus(now.since(last.at()));
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** With one more, now. */
  public LiveRestarts with(InstanceId instance, RestartPolicy policy, MonotonicTime now) {
    Last last = restarted.get(instance);
    boolean forgotten =
        last == null
            || now.since(last.at())
                    .compareTo(delay(last.inARow(), policy).plus(policy.resetAfter()))
                > 0;
    TreeMap<InstanceId, Last> next = new TreeMap<>(restarted);
    next.put(
        instance,
        new Last(now, forgotten || last == null ? 1 : Math.min(1_000, last.inARow() + 1)));
    return new LiveRestarts(next);
  }

  /** Without instances that are gone. */
  public LiveRestarts without(InstanceId instance) {
    if (!restarted.containsKey(instance)) {
      return this;
    }
    TreeMap<InstanceId, Last> next = new TreeMap<>(restarted);
    next.remove(instance);
    return new LiveRestarts(next);
  }

  private static Duration delay(int inARow, RestartPolicy policy) {
    double millis =
        policy.backoff().toMillis() * Math.pow(Math.max(1, policy.factor()), inARow - 1.0);
    double longest = policy.max().toMillis() * 10.0;
    if (inARow >= policy.loopCount()) {
      millis = Math.max(millis, longest / 10);
    }
    return Duration.ofMillis((long) Math.min(millis, longest));
  }
}
