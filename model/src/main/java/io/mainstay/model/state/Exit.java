package io.mainstay.model.state;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a process ended.
 *
 * @param code exit code, if it exited by itself and the code is known
 * @param signal name without SIG, if a signal ended it
 * @param outOfMemory whether the kernel killed it for memory
 * @param coreDumped whether it left a core
 * @param time wall clock
 * @param lastLines the last lines of stderr, at most 20
 */
public record Exit(
    OptionalInt code,
    Optional<String> signal,
    boolean outOfMemory,
    boolean coreDumped,
    Instant time,
    List<String> lastLines) {
  /** Copies the lines. */
  public Exit {
    lastLines = List.copyOf(lastLines);
  }

  /** Whether it counts as a failure: anything but a known exit code 0. */
  public boolean isFailure() {
    return code.isEmpty() || code.getAsInt() != 0;
  }

  /** One phrase, such as {@code exit code 3}, {@code killed by SIGKILL (out of memory)}. */
  public String describe() {
    String end =
        signal
            .map(name -> "killed by SIG" + name)
            .orElseGet(
                () -> code.isPresent() ? "exit code " + code.getAsInt() : "exit code unknown");
    return end + (outOfMemory ? " (out of memory)" : "") + (coreDumped ? " (core dumped)" : "");
  }
}
