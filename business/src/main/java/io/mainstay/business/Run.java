package io.mainstay.business;

import io.mainstay.business.Attempt.Shared;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.TransactionSpec;
import io.mainstay.model.spec.TransactionSpec.Action;
import io.mainstay.model.spec.TransactionSpec.Step;
import io.mainstay.model.state.TransactionKey;
import io.mainstay.model.state.TransactionRun;
import io.mainstay.model.state.TransactionRun.Call;
import io.mainstay.model.state.TransactionRun.Failure;
import io.mainstay.model.state.TransactionRun.Outcome;
import io.mainstay.model.state.TransactionRun.StepResult;
import io.mainstay.ports.MarkedCalls;
import io.mainstay.ports.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a transaction: its steps one after the other, each on a thread of its own, so that one
 * that cannot be stopped holds nothing up.
 */
final class Run {
  private static final Logger LOG = LoggerFactory.getLogger(Run.class);

  /** How long the gateway may need to see that a request was given up. */
  private static final int LATE_CALLS_MILLIS = 100;

  private final String id;
  private final TransactionKey key;
  private final TransactionSpec spec;
  private final Shared shared;
  private final StepWork work;
  private final MarkedCalls marked;
  private final RunThreads threads;
  private final Time time;
  private final List<StepResult> results = new ArrayList<>();
  private ServiceName suspect;
  private Optional<InstanceId> by = Optional.empty();
  private int count;

  Run(
      String id,
      TransactionKey key,
      TransactionSpec spec,
      Shared shared,
      StepWork work,
      MarkedCalls marked,
      RunThreads threads,
      Time time) {
    this.id = id;
    this.key = key;
    this.spec = spec;
    this.shared = shared;
    this.work = work;
    this.marked = marked;
    this.threads = threads;
    this.time = time;
    this.suspect = key.service();
  }

  /**
   * Runs it to its end, the cleanup included.
   *
   * @throws InterruptedException if nobody wants the result
   */
  TransactionRun execute() throws InterruptedException {
    Instant startedAt = time.wallClock();
    MonotonicTime begin = time.now();
    Optional<Failed> failed = steps(begin.plus(spec.within()));
    Duration took = time.now().since(begin);
    List<Call> calls = calls(failed);
    List<String> leftovers = cleanUp();
    return new TransactionRun(
        key,
        shared.pins(),
        failed.map(one -> one.problem().outcome()).orElse(Outcome.PASSED),
        failed.map(one -> failure(one, calls)),
        results,
        calls,
        startedAt,
        took,
        leftovers);
  }

  private record Failed(int index, Step step, StepFailure problem, boolean timedOut) {}

  private Optional<Failed> steps(MonotonicTime end) throws InterruptedException {
    for (int i = 0; i < spec.steps().size(); i++) {
      Step step = spec.steps().get(i);
      MonotonicTime begin = time.now();
      by = Optional.empty();
      Optional<Failed> failed = attempt(i, step, end, false);
      results.add(new StepResult(step.label(), failed.isEmpty(), time.now().since(begin)));
      if (failed.isPresent()) {
        return failed;
      }
    }
    return Optional.empty();
  }

  /** Which of its steps failed, and why. */
  private List<String> cleanUp() throws InterruptedException {
    List<String> failures = new ArrayList<>();
    MonotonicTime end = time.now().plus(spec.within());
    for (int i = 0; i < spec.cleanup().size(); i++) {
      Step step = spec.cleanup().get(i);
      Optional<Failed> failed = attempt(i, step, end, true);
      // What has no name was not made.
      if (failed.isPresent() && !failed.get().problem().isUndefined()) {
        failures.add(step.label() + ": " + reason(failed.get().problem()));
      }
    }
    if (!spec.cleanup().isEmpty()) {
      marked.take(id); // nobody asks for these any more
    }
    return failures;
  }

  private Optional<Failed> attempt(int index, Step step, MonotonicTime whole, boolean cleanup)
      throws InterruptedException {
    MonotonicTime begin = time.now();
    Duration left = whole.since(begin);
    boolean own = step.within().filter(limit -> limit.compareTo(left) < 0).isPresent();
    Duration limit = own ? step.within().orElseThrow() : left;
    if (!limit.isPositive()) {
      return Optional.of(new Failed(index, step, late(step, own), true));
    }
    count++;
    Attempt attempt = new Attempt(id, shared, count, cleanup, begin.plus(limit), time);
    CompletableFuture<SequencedMap<String, String>> done = new CompletableFuture<>();
    Thread worker =
        threads.start("transaction-" + key + "-" + count, () -> perform(step, attempt, done));
    try {
      shared.names().capture(done.get(limit.toNanos(), TimeUnit.NANOSECONDS));
      return Optional.empty();
    } catch (TimeoutException e) {
      attempt.giveUp(worker);
      return Optional.of(new Failed(index, step, late(step, own), true));
    } catch (ExecutionException e) {
      return Optional.of(new Failed(index, step, failure(e.getCause()), false));
    } catch (InterruptedException e) {
      attempt.giveUp(worker);
      throw e;
    } finally {
      if (!cleanup) {
        suspect = attempt.asked().orElse(suspect);
        by = attempt.by();
      }
    }
  }

  private void perform(
      Step step, Attempt attempt, CompletableFuture<SequencedMap<String, String>> done) {
    try {
      done.complete(work.perform(step.action(), attempt));
    } catch (InterruptedException | StepFailure | RuntimeException | Error e) {
      done.completeExceptionally(e);
    }
  }

  private static StepFailure failure(@Nullable Throwable cause) {
    if (cause instanceof StepFailure expected) {
      return expected;
    }
    LOG.warn("a step of a transaction broke", cause);
    return StepFailure.unknown("the step broke: " + cause);
  }

  /** A wait that is longer than all steps may take says nothing about anybody. */
  private StepFailure late(Step step, boolean own) {
    Duration limit = own ? step.within().orElseThrow() : spec.within();
    String reason =
        "no end within " + limit.toMillis() + " ms" + (own ? "" : ", the limit of all steps");
    boolean hopeless =
        step.action() instanceof Action.Wait wait && wait.time().compareTo(limit) >= 0;
    return hopeless ? StepFailure.unknown(reason) : StepFailure.failed(reason);
  }

  /** What the gateway saw. Of a request that was given up it hears a little later. */
  private List<Call> calls(Optional<Failed> failed) throws InterruptedException {
    List<Call> calls = new ArrayList<>(marked.take(id));
    boolean given =
        failed
            .filter(Failed::timedOut)
            .filter(one -> one.step().action() instanceof Action.Http)
            .isPresent();
    for (int i = 0; given && i < LATE_CALLS_MILLIS / 10 && !hasUnanswered(calls); i++) {
      Thread.sleep(10);
      calls.addAll(marked.take(id));
    }
    return calls;
  }

  private boolean hasUnanswered(List<Call> calls) {
    return !calls.isEmpty()
        && calls.getLast().service().equals(suspect)
        && calls.getLast().status() == 0;
  }

  private Failure failure(Failed failed, List<Call> calls) {
    // An answer of the gateway itself names nobody; but it knows whom it asked.
    Optional<InstanceId> last =
        calls.isEmpty() || !calls.getLast().service().equals(suspect)
            ? Optional.empty()
            : calls.getLast().instance();
    return new Failure(
        failed.index(),
        failed.step().label(),
        suspect,
        switch (failed.step().action()) {
          case Action.Http _ -> by.or(() -> last);
          case Action.Grpc _ -> by;
          case Action.Sql _, Action.Run _, Action.Wait _ -> Optional.empty();
        },
        reason(failed.problem()));
  }

  private String reason(StepFailure problem) {
    return shared.names().environment().withoutSecrets(problem.reason());
  }
}
