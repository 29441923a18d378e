package io.mainstay.model.scenario;

import java.time.Duration;
import java.util.Locale;

/**
 * One line of what happened.
 *
 * @param at since the start of the servers
 * @param node where; empty: nowhere in particular
 * @param kind of fact: the label of an event, or {@code trouble}, {@code operator}, {@code
 *     serving}, {@code traffic}, {@code broken}, {@code remark}, {@code detail}
 * @param subject the service, instance or node that it concerns; may be empty
 * @param text for a person
 */
public record TranscriptLine(Duration at, String node, String kind, String subject, String text) {
  /** One line in columns, times as minutes, seconds and milliseconds. */
  public String describe() {
    long millis = at.toMillis();
    return String.format(
            Locale.ROOT,
            "%02d:%02d.%03d  %-6s %-21s %-12s %s",
            millis / 60_000,
            millis / 1000 % 60,
            millis % 1000,
            node,
            kind,
            subject,
            text)
        .stripTrailing();
  }
}
