package io.mainstay.spec.grammar;

import static io.mainstay.spec.grammar.Forms.POSITIVE_DURATION;

import io.mainstay.spec.grammar.Shape.MapOf;

/** The keys below {@code drills}. */
final class DrillKeys {
  private static final Rule NAME =
      Rules.text("1 to 40 characters of a-z, 0-9 and '-'", "[a-z0-9-]{1,40}");

  private static final Rule WINDOW =
      Rules.text(
          "days and times such as Sat,Sun 02:00-05:00 Europe/Berlin",
          "(?:[A-Za-z]{3}(?:[,-][A-Za-z]{3})* )?[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}"
              + "(?: [A-Za-z_/+:0-9-]+)?");

  static final Shape DRILLS =
      new MapOf(
          NAME,
          Section.of(
              Key.required(
                  "kind",
                  Rules.word("kill", "hang", "check", "dependency", "business", "promote"),
                  "What is broken."),
              Key.of("break", Forms.command(), "Of business: the command that breaks it."),
              Key.of("mend", Forms.command(), "Of business: the command that mends it."),
              Key.of("dependency", Forms.SERVICE, "Which one hangs. Default: the only one."),
              Key.of("rps", Rules.integer(1, 5000), "Requests a second of the load.").or("50"),
              Key.of("for", POSITIVE_DURATION, "The load; 2s to 10m.").or("30s"),
              Key.of("within", POSITIVE_DURATION, "Until all is well again.").or("1m"),
              Key.of("failed", Rules.share(100), "Of the requests that may fail.").or("1%"),
              Key.of("every", POSITIVE_DURATION, "By itself so often. Default: only by hand."),
              Key.of("window", WINDOW, "When by itself. Default: at any time."),
              Key.of("budget", Rules.integer(0), "Failed requests in 30 days.").or("100"),
              Key.of("force", Rules.flag(), "Whether it may go below the floor.").or("false")));

  private DrillKeys() {}
}
