package io.mainstay.probes;

import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.ports.Prober.Outcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * HAProxy's agent check: after an optional text the agent sends one line of words and closes.
 * Source of the words: HAProxy's Configuration Manual 3.2, section 5.2, agent-check.
 *
 * <p>What an agent says about traffic only (drain, maint, 0%) is UNKNOWN: it takes the instance out
 * of the traffic and restarts nothing.
 */
final class AgentConversation implements Conversation {
  private static final int LONGEST_LINE = 1024;
  private static final Pattern LINE_END = Pattern.compile("[\\r\\n]");
  private static final Pattern BETWEEN = Pattern.compile("[ \\t,]+");
  private static final Pattern SHARE = Pattern.compile("[0-9]{1,3}%");

  private final byte[] opening;
  private final StringBuilder came = new StringBuilder();

  AgentConversation(Probe.Agent probe) {
    opening = probe.send().map(Escapes::bytes).orElseGet(() -> new byte[0]);
  }

  @Override
  public byte[] opening() {
    return opening;
  }

  @Override
  public Optional<Answer> sent() {
    return Optional.empty();
  }

  @Override
  public Optional<Answer> came(ByteBuffer bytes) {
    came.append(StandardCharsets.ISO_8859_1.decode(bytes));
    return LINE_END.matcher(came).find() || came.length() >= LONGEST_LINE
        ? Optional.of(ended())
        : Optional.empty();
  }

  @Override
  public Answer ended() {
    if (came.isEmpty()) {
      return Answer.unknown("the agent said nothing");
    }
    String line = LINE_END.split(came, 2)[0];
    int comment = line.indexOf('#');
    String words = (comment < 0 ? line : line.substring(0, comment)).strip();
    String why = comment < 0 ? "" : ": " + line.substring(comment + 1).strip();
    Optional<Outcome> worst =
        BETWEEN
            .splitAsStream(words.toLowerCase(Locale.ROOT))
            .flatMap(word -> outcome(word).stream())
            .max(Comparator.comparingInt(AgentConversation::rank));
    return worst
        .map(outcome ->
            new Answer(outcome, "the agent says " + Quoting.quote(words) + why, share(words)))
        .orElseGet(() ->
            Answer.unknown("the agent says " + Quoting.quote(line) + ", expected up, down, 75% …"));
  }

  @Override
  public boolean isPolite() {
    return false;
  }

  private static Optional<Outcome> outcome(String word) {
    return switch (word) {
      case "up", "ready" -> Optional.of(Outcome.PASS);
      case "down", "failed", "fail", "stopped" -> Optional.of(Outcome.FAIL);
      case "drain", "maint" -> Optional.of(Outcome.UNKNOWN);
      default ->
          SHARE.matcher(word).matches() ? Optional.of(outcomeOfShare(word)) : Optional.empty();
    };
  }

  private static Outcome outcomeOfShare(String word) {
    return percent(word) == 0 ? Outcome.UNKNOWN : Outcome.PASS;
  }

  private static int percent(String word) {
    return Integer.parseInt(word.substring(0, word.length() - 1));
  }

  /** The last one that is said; beyond the whole there is nothing. */
  private static OptionalDouble share(String words) {
    return BETWEEN
        .splitAsStream(words)
        .filter(word -> SHARE.matcher(word).matches() && percent(word) > 0)
        .mapToDouble(word -> Math.min(100, percent(word)) / 100.0)
        .reduce((first, last) -> last);
  }

  private static int rank(Outcome outcome) {
    return switch (outcome) {
      case PASS -> 0;
      case WARNING -> 1;
      case UNKNOWN -> 2;
      case FAIL -> 3;
    };
  }
}
