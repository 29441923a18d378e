package io.mainstay.probes.load;

import java.util.Optional;

/**
 * What became of one request.
 *
 * @param id unique in the run, sent as {@link LoadClient#ID_HEADER}
 * @param method GET or POST
 * @param due monotonic nanoseconds at which it should have been sent
 * @param end monotonic nanoseconds of its last byte, or of its failure
 * @param outcome see {@link Outcome}
 * @param status of the answer, 0 if none began
 * @param instance value of {@code X-Instance} in the answer
 * @param detail what went wrong; empty if nothing
 */
public record LoadSample(
    String id,
    String method,
    long due,
    long end,
    Outcome outcome,
    int status,
    Optional<String> instance,
    String detail) {

  /** How a request can end. */
  public enum Outcome {
    /** A whole answer with a status below 400. */
    OK,
    /** A whole answer with another status. */
    BAD_STATUS,
    /** No byte of an answer came. */
    FAILED_BEFORE,
    /** The answer began and did not end well: cut, malformed, or too slow. */
    CUT
  }
}
