package io.mainstay.model.state;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** What became of a command. */
public sealed interface CommandResult {
  /** It is under way or done. */
  record Accepted(Operation operation) implements CommandResult {}

  /** The governor holds it back; {@code force} would overrule. */
  record Refused(String reason, SequencedMap<String, String> evidence) implements CommandResult {
    /** Copies the evidence. */
    public Refused {
      evidence = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(evidence));
    }
  }

  /** There is no such service or instance. */
  record NotFound(String what) implements CommandResult {}

  /** It makes no sense for this subject or with this value. */
  record Invalid(String reason) implements CommandResult {}
}
