package io.mainstay.decisions.evidence;

import java.util.List;

/**
 * Who speaks against a subject, each independent of the others: two of them allow something
 * drastic.
 *
 * @param independent how each is called, the newest first
 */
public record Witnesses(List<String> independent) {
  /** How many it takes to isolate, divert, shut down or replace. */
  public static final int ENOUGH = 2;

  /** Copies the list. */
  public Witnesses {
    independent = List.copyOf(independent);
  }

  /** Whether something drastic may be done. */
  public boolean areEnough() {
    return independent.size() >= ENOUGH;
  }

  /** One phrase. */
  public String describe() {
    return switch (independent.size()) {
      case 0 -> "no witness";
      case 1 -> "one witness: " + independent.getFirst();
      default -> independent.size() + " witnesses: " + String.join(", ", independent);
    };
  }
}
