package io.mainstay.decisions.remedy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What the governor said to each intent, in the order of the intents.
 *
 * @param rulings one an intent
 */
public record Arbitration(List<Ruling> rulings) {
  /** Copies the list. */
  public Arbitration {
    rulings = List.copyOf(rulings);
  }

  /** What may be done. */
  public List<Ruling> granted() {
    return rulings.stream().filter(Ruling::granted).toList();
  }

  /** What may not. */
  public List<Ruling> refused() {
    return rulings.stream().filter(ruling -> !ruling.granted()).toList();
  }

  /**
   * The answer to one intent.
   *
   * @param intent what was wanted
   * @param limit what speaks against it; empty: nothing
   * @param reason one sentence
   * @param evidence the numbers, in order
   */
  public record Ruling(
      Intent intent, Optional<Limit> limit, String reason, SequencedMap<String, String> evidence) {
    /** Copies the evidence. */
    public Ruling {
      evidence = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(evidence));
    }

    /** Whether it may be done: nothing speaks against it, or it was forced. */
    public boolean granted() {
      return limit.isEmpty() || intent.force();
    }

    /** Whether it is done although something speaks against it. */
    public boolean overruled() {
      return limit.isPresent() && intent.force();
    }
  }

  /** What can speak against an intent. */
  public enum Limit {
    /** More than half fail at once: the check or something shared is at fault. */
    MASS_FAILURE,
    /** As many are out as the budget allows. */
    MAX_UNAVAILABLE,
    /** Too few would serve. */
    FLOOR;

    /** The kebab-case name that users see. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
