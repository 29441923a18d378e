package io.mainstay.model.state;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One run of a transaction, when it is over.
 *
 * @param key which transaction
 * @param pins where requests had to go in this run; empty: as a user's
 * @param outcome the short form
 * @param failure why it failed or could not tell; empty if it passed
 * @param steps those that were begun, in order, the cleanup not included
 * @param calls what the gateway saw that services asked of each other in this run, in the order in
 *     which the answers ended, as far as services pass on its marker
 * @param startedAt by the wall clock
 * @param took all steps, the cleanup not included
 * @param leftovers which steps of the cleanup failed and why, one sentence each: what the run made
 *     may still be there
 */
public record TransactionRun(
    TransactionKey key,
    List<Pin> pins,
    Outcome outcome,
    Optional<Failure> failure,
    List<StepResult> steps,
    List<Call> calls,
    Instant startedAt,
    Duration took,
    List<String> leftovers) {
  /** Copies the lists. */
  public TransactionRun {
    leftovers = List.copyOf(leftovers);
    pins = List.copyOf(pins);
    steps = List.copyOf(steps);
    calls = List.copyOf(calls);
  }

  /** One whose cleanup left nothing behind. */
  public TransactionRun(
      TransactionKey key,
      List<Pin> pins,
      Outcome outcome,
      Optional<Failure> failure,
      List<StepResult> steps,
      List<Call> calls,
      Instant startedAt,
      Duration took) {
    this(key, pins, outcome, failure, steps, calls, startedAt, took, List.of());
  }

  /** The short form of a run. */
  public enum Outcome {
    /** Every step was as expected. */
    PASSED,
    /** A step was not. */
    FAILED,
    /** The run says nothing about the business: what it needs of our own is broken or missing. */
    UNKNOWN
  }

  /**
   * Why a run failed.
   *
   * @param step from 0
   * @param label of the step
   * @param suspect the service that answered the step, or was asked last before it
   * @param by the instance that answered, if that is known
   * @param reason one sentence
   */
  public record Failure(
      int step, String label, ServiceName suspect, Optional<InstanceId> by, String reason) {}

  /**
   * One step that was begun.
   *
   * @param label how the file or the action names it
   * @param passed whether it was as expected
   * @param took until its end
   */
  public record StepResult(String label, boolean passed, Duration took) {}

  /**
   * A request between services.
   *
   * @param service that was asked
   * @param instance that answered, or was asked last
   * @param status of HTTP; 0: no answer came
   */
  public record Call(ServiceName service, Optional<InstanceId> instance, int status) {
    /** Whether the one asked did not do its work. */
    public boolean failed() {
      return status == 0 || status >= 500;
    }
  }

  /** Whether it passed. */
  public boolean passed() {
    return outcome == Outcome.PASSED;
  }
}
