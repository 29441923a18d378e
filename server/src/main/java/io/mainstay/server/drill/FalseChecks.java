package io.mainstay.server.drill;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.ports.Prober;
import io.mainstay.ports.Time;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Asks as its prober does, but for a time tells of some instances that they fail: for drills. What
 * is false ends by itself, too. Any thread.
 */
public final class FalseChecks implements Prober {
  private final Prober prober;
  private final Time time;
  private final ConcurrentHashMap<InstanceId, MonotonicTime> until = new ConcurrentHashMap<>();

  /** In front of a prober. */
  public FalseChecks(Prober prober, Time time) {
    this.prober = prober;
    this.time = time;
  }

  /** All checks of this instance fail from now on. */
  void fail(InstanceId instance, Duration atMost) {
    until.put(instance, time.now().plus(atMost));
  }

  /** They say again what they see. */
  void tellTheTruth(InstanceId instance) {
    until.remove(instance);
  }

  @Override
  public void probe(Request request, Consumer<Result> done) {
    if (until.isEmpty()) {
      prober.probe(request, done);
      return;
    }
    prober.probe(
        request, result -> done.accept(isFalse(request.instance()) ? failed(result) : result));
  }

  private boolean isFalse(InstanceId instance) {
    MonotonicTime end = until.get(instance);
    return end != null && time.now().isBefore(end);
  }

  private static Result failed(Result result) {
    return new Result(
        Outcome.FAIL, "a drill lets this check fail", result.performanceData(), result.took());
  }
}
