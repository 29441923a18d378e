package io.mainstay.business;

import io.mainstay.model.spec.Expansion;
import java.util.Optional;

/** Fills in names whose values may be hard to find. */
final class Expanding {
  private Expanding() {}

  /** Where values come from. */
  @FunctionalInterface
  interface Lookup {
    Optional<String> value(String name) throws StepFailure, InterruptedException;
  }

  /** Carries what a lookup throws through the expansion. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final transient Exception reason;

    Stopped(Exception reason) {
      super("", reason, false, false);
      this.reason = reason;
    }
  }

  /**
   * The text with all names filled in.
   *
   * @throws StepFailure if a name has no value: then the file or our surroundings are at fault
   */
  static String expand(String text, Lookup lookup) throws StepFailure, InterruptedException {
    Expansion.Outcome outcome;
    try {
      outcome = Expansion.expand(text, name -> ask(lookup, name));
    } catch (Stopped e) {
      if (e.reason instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      throw (StepFailure) e.reason;
    }
    return switch (outcome) {
      case Expansion.Outcome.Expanded(String expanded) -> expanded;
      case Expansion.Outcome.Undefined(String name) -> throw StepFailure.undefined(name);
      case Expansion.Outcome.Malformed(String expected) ->
          throw StepFailure.unknown("not well formed (expected: " + expected + ")");
    };
  }

  private static Optional<String> ask(Lookup lookup, String name) {
    try {
      return lookup.value(name);
    } catch (StepFailure | InterruptedException e) {
      throw new Stopped(e);
    }
  }
}
