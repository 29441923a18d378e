package io.mainstay.spec.grammar;

import static io.mainstay.spec.grammar.Forms.DURATION;
import static io.mainstay.spec.grammar.Forms.POSITIVE_DURATION;
import static io.mainstay.spec.grammar.Forms.later;

import io.mainstay.spec.grammar.Shape.Harmless;
import io.mainstay.spec.grammar.Shape.Later;
import io.mainstay.spec.grammar.Shape.ListOf;
import io.mainstay.spec.grammar.Shape.MapOf;
import io.mainstay.spec.grammar.Shape.OneOf;
import java.util.List;

/** The keys of a service that say how its requests are treated and how many instances it has. */
final class TrafficKeys {
  static final Shape BALANCE =
      new OneOf(
          "p2c, round-robin, least-time, first",
          List.of(
              Rules.word("p2c", "round-robin", "least-time", "first"),
              Section.of(later("rendezvous", Harmless.NONE, "By a hash of the request."))));

  static final Shape WEIGHTS =
      new MapOf(
          Rules.text("the name of an instance such as shop-1", "[a-z0-9-]{1,40}-[1-9][0-9]{0,5}"),
          Rules.number(0.001, 1000, "a number from 0.001 to 1000"));

  static final Section TIMEOUTS =
      Section.of(
          Key.of("connect", POSITIVE_DURATION, "To open a connection.").or("1s"),
          Key.of("attempt", POSITIVE_DURATION, "Of one try, while another one is left.").or("5s"),
          Key.of("response", POSITIVE_DURATION, "Of all tries.").or("30s"),
          Key.of("idle", POSITIVE_DURATION, "The longest pause within a body.").or("60s"));

  static final Section RETRIES =
      Section.of(
          Key.of("attempts", Rules.integer(1, 10), "Tries in all, the first included.").or("2"),
          Key.of("budget", Rules.share(100), "Retries as a share of requests.").or("20%"),
          Key.of("on", new ListOf(failure(), 0, true), "Which failures are tried again.")
              .or("connect reset garbage 503 timeout"),
          Key.of(
                  "methods",
                  new ListOf(Forms.METHOD, 0, true),
                  "Methods that may be sent again once bytes went out.")
              .or("GET HEAD OPTIONS PUT DELETE"));

  static final Section OUTLIERS =
      Section.of(
          Key.of("failures", Rules.integer(1), "That many in a row eject.").or("5"),
          Key.of("error-rate", Rules.share(100), "Share of failures that ejects.").or("50%"),
          Key.of("window", POSITIVE_DURATION, "Of the error rate.").or("10s"),
          Key.of("stall", POSITIVE_DURATION, "No byte for that long while peers answer.")
              .or("500ms"),
          Key.of("eject", POSITIVE_DURATION, "The first time out; grows.").or("5s"),
          Key.of("max-eject", POSITIVE_DURATION, "The longest time out.").or("5m"),
          Key.of("max-ejected", Rules.share(100), "Share that may be out at once.").or("50%"));

  static final Section CONCURRENCY =
      Section.of(
          Key.of(
                  "per-instance",
                  new OneOf(List.of(Rules.word("auto"), Rules.integer(1))),
                  "Requests in flight on one instance; auto: learned.")
              .or("auto"),
          Key.of("queue", Rules.integer(0, 1_000_000), "Requests that may wait.").or("1024"),
          Key.of("queue-timeout", DURATION, "The longest wait.").or("5s"),
          Key.of("queue-start-timeout", DURATION, "The longest wait while an instance starts.")
              .or("60s"));

  static final Section SCALE =
      Section.of(
          Key.of(
              "concurrency",
              new OneOf(
                  List.of(
                      Rules.number(0.001, 1e6, "a number of requests, more than 0"),
                      Rules.share(100))),
              "Requests in flight an instance, or a share of the learned limit."),
          Key.of("rps", Rules.number(0.001, 1e9, "a number, more than 0"), "Requests a second."),
          Key.of("cpu", Rules.share(6400), "Of limits.cpu, else of one core."),
          Key.of(
              "window",
              Section.of(
                  Key.of("short", POSITIVE_DURATION, "Reacts to surges.").or("6s"),
                  Key.of("long", POSITIVE_DURATION, "The steady view.").or("60s")),
              "Over which time the load is seen."),
          Key.of(
                  "up-step",
                  new OneOf(List.of(Rules.integer(1, 10_000), Rules.share(1000))),
                  "How much may be added a second.")
              .or("100%"),
          Key.of("down-step", Rules.integer(1, 10_000), "Instances a decision.").or("1"),
          Key.of("down-delay", DURATION, "How long the want must stay lower.").or("5m"),
          later("idle", Harmless.NONE, "Down to zero after that time."));

  static final Section BUDGET =
      Section.of(
          Key.of("max-unavailable", Forms.AMOUNT, "Out at once by Mainstay's own doing.").or("1"),
          Key.of("floor", Rules.integer(0, 10_000), "Never fewer serving by its own doing.")
              .or("1"));

  static final Section UPDATE =
      Section.of(
          Key.of("surge", Forms.AMOUNT, "New ones beside the old ones at a time.").or("1"),
          Key.of("ready-within", POSITIVE_DURATION, "Else the rollout is halted.").or("2m"));

  static final Shape REPLICAS =
      new OneOf(
          List.of(
              Rules.integer(1, 10_000),
              Section.of(
                  Key.required("min", Rules.integer(1, 10_000), "At least."),
                  Key.required("max", Rules.integer(1, 10_000), "At most."))));

  static final Shape STANDBY =
      new OneOf(
          List.of(
              Rules.integer(0, 1000),
              Section.of(
                  Key.of("count", Rules.integer(0, 1000), "How many.").or("1"),
                  Key.of("mode", Rules.word("hot", "warm", "cold"), "How ready.").or("hot"),
                  Key.of("rehearse", POSITIVE_DURATION, "Warm: thawed and checked that often.")
                      .or("5m"))));

  /** {@code off}, and nothing else yet. */
  static final Shape STICKY = new Later(Harmless.OFF);

  /** Another service, or an answer. */
  static final Shape FALLBACK =
      new OneOf(
          "the name of a service, or {status: 503, page: sorry.html}",
          List.of(
              Forms.SERVICE,
              Section.of(
                  Key.of("status", Rules.integer(200, 599), "Of the answer.").or("503"),
                  Key.of("page", Forms.PATH, "Its body: a text of at most 64KiB."))));

  private TrafficKeys() {}

  private static Shape failure() {
    return Rules.digitsOrText(
        "connect, reset, garbage, timeout or a status from 400 to 599",
        "connect|reset|garbage|timeout|[45][0-9]{2}",
        400,
        599);
  }
}
