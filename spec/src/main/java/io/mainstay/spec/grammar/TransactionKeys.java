package io.mainstay.spec.grammar;

import static io.mainstay.spec.grammar.Forms.POSITIVE_DURATION;

import io.mainstay.spec.grammar.Shape.ListOf;
import io.mainstay.spec.grammar.Shape.MapOf;
import io.mainstay.spec.grammar.Shape.OneOf;
import io.mainstay.spec.grammar.Shape.Tree;
import java.util.List;

/** The keys below {@code transactions}, and those that say what follows from them. */
final class TransactionKeys {
  private static final Rule NAME =
      Rules.text("1 to 40 characters of a-z, 0-9 and '-'", "[a-z0-9-]{1,40}");

  private static final Rule CAPTURED =
      Rules.text("a name of letters, digits and _", "[A-Za-z_][A-Za-z0-9_]{0,59}");

  private static final Rule TEXT = Rules.anyText("a text").withNames();

  private static final Rule JSON_PATH = Rules.text("a JSONPath such as $.id", "(?s)\\$.*");

  private static final Rule STATUS =
      Rules.digitsOrText(
          "a status or a range such as 200-299, or a status of gRPC such as NOT_FOUND",
          "[1-5][0-9]{2}(?:-[1-5][0-9]{2})?|[0-9]|1[0-6]|[A-Z][A-Z_]{1,30}",
          0,
          599);

  private static final Shape STATUSES =
      new OneOf(
          "a status, a range such as 200-299, a status of gRPC such as OK, or a list of them",
          List.of(STATUS, new ListOf(STATUS, 1, true)));

  private static final Section EXPECT =
      Section.of(
          Key.of("status", STATUSES, "Statuses that pass. Default: 200-299; of gRPC: OK."),
          Key.of("body", TEXT, "Text that the body must contain."),
          Key.of("headers", Forms.headers(), "Headers of the answer, by their exact value."),
          Key.of("json", new MapOf(JSON_PATH, TEXT), "Values of the body, by JSONPath."));

  private static final Section SQL =
      Section.of(
          Key.required("url", Forms.NONBLANK.withNames(), "Of JDBC."),
          Key.required("query", Forms.NONBLANK, "With question marks for values."),
          Key.of("with", new ListOf(TEXT, 0, false), "The values."),
          Key.of("expect", TEXT, "The first column of the first row. Default: any row."),
          Key.of("capture", CAPTURED, "A name for that value."));

  private static final Shape CAPTURE =
      new OneOf(
          "names with $.path, header NAME or regex (…); for a command one name",
          List.of(
              CAPTURED,
              new MapOf(CAPTURED, Rules.text("$.path, header NAME or regex (…)", "(?s)\\S.*"))));

  private static final Section STEP =
      Section.of(
              Key.of(
                  "http",
                  Rules.text(
                          "a method and a path or URL such as POST /cart",
                          "[A-Z][A-Z-]{0,30} (?:/|https?://)[!-~]*")
                      .withNames(),
                  "A request through the listener, as a user would make it."),
              Key.of("sql", SQL, "A query."),
              Key.of("run", Forms.command(), "A command by the rules of Nagios plugins."),
              Key.of("wait", POSITIVE_DURATION, "Lets time pass."),
              Key.of(
                  "grpc",
                  Rules.text(
                      "a service in full and a method such as shop.v1.Cart/Pay",
                      "/?[A-Za-z_][A-Za-z0-9_]*(?:\\.[A-Za-z_][A-Za-z0-9_]*)*/[A-Za-z_][A-Za-z0-9_]*"),
                  "A unary call of gRPC."),
              Key.of(
                  "to",
                  Rules.text(
                          "host:port, http://host:port or https://host:port",
                          "(?:https?://)?[!-.0-~]+:(?:[0-9]{1,5}|\\$\\{.+})|\\$\\{.+}")
                      .withNames(),
                  "Where gRPC is spoken. Default: its TCP listener, or one of its instances."),
              Key.of(
                  "descriptors",
                  Forms.NONBLANK,
                  "A file of protoc --descriptor_set_out --include_imports. Default: reflection."),
              Key.of("name", Forms.NONBLANK, "How results call the step."),
              Key.of("service", Forms.SERVICE, "Whose listener is asked. Default: its own."),
              Key.of("json", new Tree(), "The body, as JSON."),
              Key.of("body", TEXT, "The body, as text."),
              Key.of("headers", Forms.headers(), "Headers to send."),
              Key.of("expect", EXPECT, "What the answer must be."),
              Key.of("capture", CAPTURE, "Values of the answer for later steps."),
              Key.of("within", POSITIVE_DURATION, "Limit of this step."))
          .exactlyOneOf("http", "sql", "run", "wait", "grpc");

  static final Shape TRANSACTIONS =
      new MapOf(
          NAME,
          Section.of(
              Key.of("every", POSITIVE_DURATION, "From one start to the next.").or("10s"),
              Key.of("within", POSITIVE_DURATION, "Limit of all steps together.").or("5s"),
              Key.of("fall", Rules.integer(1, 1000), "Failures in a row.").or("2"),
              Key.required("steps", new ListOf(STEP, 1, false), "In order."),
              Key.of("cleanup", new ListOf(STEP, 0, false), "Always run.")));

  static final Shape WHEN_FAILING =
      new ListOf(
          Rules.word("restart", "replace", "isolate", "divert", "shutdown", "notify"), 0, true);

  static final Shape RESTORE =
      new OneOf(
          "manual, or {after: 3, share: [10%, 50%, 100%], every: 10s}",
          List.of(
              Rules.word("manual"),
              Section.of(
                  Key.of("after", Rules.integer(1, 1000), "Good transactions in a row.").or("3"),
                  Key.of("share", new ListOf(Rules.share(100), 1, true), "Steps of the return.")
                      .or("10% 50% 100%"),
                  Key.of("every", POSITIVE_DURATION, "From one step to the next.").or("10s"))));

  private TransactionKeys() {}
}
