package io.mainstay.model.state;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Why a service or an instance is in its state.
 *
 * @param subject its name
 * @param state its state or verdict
 * @param reason one sentence
 * @param findings evidence, decisions and limits that held something back, newest first
 */
public record Explanation(String subject, String state, String reason, List<Finding> findings) {
  /** Copies the list. */
  public Explanation {
    findings = List.copyOf(findings);
  }

  /**
   * One thing that was seen, decided or refused.
   *
   * @param time wall clock
   * @param decider which decision said so, for example {@code scaling}
   * @param decision what it decided, one phrase
   * @param reason one sentence
   * @param evidence facts that mattered, in order
   */
  public record Finding(
      Instant time,
      String decider,
      String decision,
      String reason,
      SequencedMap<String, String> evidence) {
    /** Copies the evidence. */
    public Finding {
      evidence = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(evidence));
    }
  }
}
