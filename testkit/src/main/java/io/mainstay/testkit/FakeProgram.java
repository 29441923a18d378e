package io.mainstay.testkit;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How processes of an instance behave on a {@link FakeMachine}.
 *
 * @param startProblem why it cannot be started, if so
 * @param startTakes from the call to the answer
 * @param readyAfter from the start to the first pass of a probe
 * @param exitsAfter from the start to an exit by itself
 * @param exitCode of that exit
 * @param stopTakes from TERM to the exit; empty: TERM is ignored
 * @param hangs whether probes get no answer
 */
public record FakeProgram(
    Optional<String> startProblem,
    Duration startTakes,
    Duration readyAfter,
    Optional<Duration> exitsAfter,
    OptionalInt exitCode,
    Optional<Duration> stopTakes,
    boolean hangs) {
  /** A service that is ready after 100 ms and ends 10 ms after TERM. */
  public static final FakeProgram GOOD =
      new FakeProgram(
          Optional.empty(),
          Duration.ofMillis(2),
          Duration.ofMillis(100),
          Optional.empty(),
          OptionalInt.empty(),
          Optional.of(Duration.ofMillis(10)),
          false);

  /** A command that does not exist. */
  public static FakeProgram missing(String reason) {
    return new FakeProgram(
        Optional.of(reason),
        GOOD.startTakes,
        GOOD.readyAfter,
        Optional.empty(),
        OptionalInt.empty(),
        GOOD.stopTakes,
        false);
  }

  /** It ends by itself. */
  public FakeProgram exiting(Duration after, int code) {
    return new FakeProgram(
        startProblem,
        startTakes,
        readyAfter,
        Optional.of(after),
        OptionalInt.of(code),
        stopTakes,
        hangs);
  }

  /** It takes that long to become ready. */
  public FakeProgram readyAfter(Duration newReadyAfter) {
    return new FakeProgram(
        startProblem, startTakes, newReadyAfter, exitsAfter, exitCode, stopTakes, hangs);
  }

  /** It does not mind TERM. */
  public FakeProgram ignoringTerm() {
    return new FakeProgram(
        startProblem, startTakes, readyAfter, exitsAfter, exitCode, Optional.empty(), hangs);
  }

  /** It runs and does not answer. */
  public FakeProgram hanging() {
    return new FakeProgram(
        startProblem, startTakes, readyAfter, exitsAfter, exitCode, stopTakes, true);
  }
}
