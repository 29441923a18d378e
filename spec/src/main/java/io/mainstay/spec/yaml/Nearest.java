package io.mainstay.spec.yaml;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that somebody may have meant. */
public final class Nearest {
  private static final int LENGTH_MAX = 60;

  private Nearest() {}

  /**
   * The candidate with the fewest slips from {@code text}, if they are few for its length.
   *
   * @param candidates of equally near ones the first wins
   */
  public static Optional<String> of(String text, List<String> candidates) {
    if (text.length() > LENGTH_MAX) {
      return Optional.empty();
    }
    record Scored(String name, int distance) {}
    return candidates.stream()
        .filter(candidate -> candidate.length() <= LENGTH_MAX)
        .map(candidate ->
            new Scored(candidate, begins(text, candidate) ? 1 : distance(text, candidate)))
        .filter(scored -> scored.distance() <= allowed(text, scored.name()))
        .min(Comparator.comparingInt(Scored::distance))
        .map(Scored::name);
  }

  /** {@code health-check} for {@code health}, {@code stand} for {@code standby}. */
  private static boolean begins(String text, String candidate) {
    return Math.min(text.length(), candidate.length()) >= 4
        && (text.startsWith(candidate) || candidate.startsWith(text));
  }

  private static int allowed(String text, String candidate) {
    return Math.max(1, Math.min(text.length(), candidate.length()) / 3);
  }

  /** Optimal string alignment: insertions, deletions, replacements, swaps of neighbours. */
  static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT).replace('_', '-');
    String b = right.toLowerCase(Locale.ROOT);
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replace = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        cost[i][j] = Math.min(replace, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
