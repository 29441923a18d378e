package io.mainstay.spec.grammar;

import static io.mainstay.spec.grammar.Forms.POSITIVE_DURATION;

import io.mainstay.spec.grammar.Shape.MapOf;

/** The keys below {@code flows}. */
final class FlowKeys {
  private static final Rule NAME =
      Rules.text("1 to 40 characters of a-z, 0-9 and '-'", "[a-z0-9-]{1,40}");

  private static final Key SERVICE =
      Key.of("service", Forms.SERVICE, "To which the requests go. Default: its own.");

  private static final Key STATUS =
      Key.of("status", CheckKeys.STATUSES, "Answers that count.").or("200-299");

  private static final Rule REQUESTS =
      Rules.text(
          "a method and a path such as POST /orders or PUT /orders/*/state",
          "[A-Z][A-Z-]{0,30} /[!\"$->@-~]{0,1000}");

  private static final Rule KEY =
      Rules.text(
          "header NAME or json $.path", "(?s)(?:header [!#$%&'*+.^_`|~0-9A-Za-z-]+|json \\$.*)");

  private static final Section WHEN =
      Section.of(
          SERVICE,
          Key.required("requests", REQUESTS, "Which requests begin it."),
          STATUS,
          Key.required("key", KEY, "What both sides have in common."));

  private static final Section SQL =
      Section.of(
          Key.required("url", Forms.NONBLANK.withNames(), "Of JDBC."),
          Key.required("query", Forms.NONBLANK, "The keys of what followed lately, one a row."),
          Key.of("every", POSITIVE_DURATION, "From one query to the next.").or("5s"));

  private static final Section PROMQL =
      Section.of(
          CheckKeys.PROMETHEUS,
          Key.required("query", Forms.NONBLANK.withNames(), "One sample that only rises."),
          Key.of("every", POSITIVE_DURATION, "From one query to the next.").or("5s"));

  private static final Section THEN =
      Section.of(
              SERVICE,
              Key.of("requests", REQUESTS, "Which requests must follow."),
              STATUS,
              Key.of("key", KEY, "What both sides have in common."),
              Key.of("sql", SQL, "A database that knows what followed."),
              Key.of("promql", PROMQL, "A counter of what followed."))
          .exactlyOneOf("requests", "sql", "promql");

  static final Shape FLOWS =
      new MapOf(
          NAME,
          Section.of(
              Key.required("when", WHEN, "What begins it."),
              Key.required("then", THEN, "What must follow."),
              Key.required("within", POSITIVE_DURATION, "From one to the other; at most a day."),
              Key.of("at-least", Rules.share(100), "Of those begun.").or("99%"),
              Key.of("min-samples", Rules.integer(1, 1_000_000), "Fewer prove nothing.").or("20")));

  private FlowKeys() {}
}
