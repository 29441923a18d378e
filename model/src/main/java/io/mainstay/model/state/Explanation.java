package io.mainstay.model.state;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Why a service or an instance is in its state.
 *
 * @param subject its name
 * @param state its state or verdict
 * @param reason one sentence
 * @param judgement what the evidence comes to; empty: nobody who decides was asked
 * @param evidence what speaks for and against it, newest first
 * @param heldBack what was not done, and by which limit, newest first
 * @param findings facts and decisions, what was held back among them, newest first
 */
public record Explanation(
    String subject,
    String state,
    String reason,
    Optional<Judgement> judgement,
    List<Witness> evidence,
    List<Finding> heldBack,
    List<Finding> findings) {
  /** Copies the lists. */
  public Explanation {
    evidence = List.copyOf(evidence);
    heldBack = List.copyOf(heldBack);
    findings = List.copyOf(findings);
  }

  /** Without evidence. */
  public Explanation(String subject, String state, String reason, List<Finding> findings) {
    this(subject, state, reason, Optional.empty(), List.of(), List.of(), findings);
  }

  /**
   * What the evidence comes to.
   *
   * @param state works, suspected, fails, held, unknown
   * @param rule who won, one phrase
   * @param reason one sentence
   * @param overruled what says the contrary and does not count, one phrase each
   * @param witnesses who speaks against it, each independent of the others
   * @param flapping whether it works and fails by turns
   */
  public record Judgement(
      String state,
      String rule,
      String reason,
      List<String> overruled,
      List<String> witnesses,
      boolean flapping) {
    /** Copies the lists. */
    public Judgement {
      overruled = List.copyOf(overruled);
      witnesses = List.copyOf(witnesses);
    }
  }

  /**
   * What one source said, or said several times in a row.
   *
   * @param first wall clock
   * @param last wall clock
   * @param source for example {@code check ready}
   * @param subject whom it is about; of a service also what it asks of others
   * @param sense good, bad or unsure
   * @param weight 0 to 1: how sure a single one is
   * @param count how often, from 1
   * @param reason one sentence
   */
  public record Witness(
      Instant first,
      Instant last,
      String source,
      String subject,
      String sense,
      double weight,
      long count,
      String reason) {}

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
