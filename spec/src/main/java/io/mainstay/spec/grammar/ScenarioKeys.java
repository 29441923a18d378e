package io.mainstay.spec.grammar;

import static io.mainstay.spec.grammar.Forms.DURATION;
import static io.mainstay.spec.grammar.Forms.POSITIVE_DURATION;

import io.mainstay.model.EventKind;
import io.mainstay.model.scenario.Trouble;
import io.mainstay.spec.grammar.Shape.ListOf;
import io.mainstay.spec.grammar.Shape.MapOf;
import io.mainstay.spec.grammar.Shape.OneOf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The keys of a scenario file. */
public final class ScenarioKeys {
  /** The keys of a moment of the timeline that say what happens. */
  public static final String OPERATOR = "operator";

  /** As above. */
  public static final String APPLY = "apply";

  private static final Rule NODE_NAME =
      Rules.text("the name of a machine such as n1", "[A-Za-z0-9._-]{1,253}");

  private static final Rule NODE_OR_LEADER =
      Rules.text("the name of a machine such as n1, or leader", "[A-Za-z0-9._-]{1,253}");

  private static final Rule INSTANCES =
      Rules.text("an instance such as shop-2, or a service", "[a-z0-9-]{1,50}");

  private static final Section NODE =
      Section.of(
          Key.required("name", NODE_NAME, "Of its server."),
          Key.of(
              "labels",
              new MapOf(
                  Rules.text(
                      "the name of a label such as zone", "[A-Za-z0-9][A-Za-z0-9_./-]{0,62}"),
                  Rules.anyLine("the value of a label such as zone-a")),
              "Labels for place."),
          Key.of("cpu", Rules.number(0.01, 10_000, "a number of cores, at least 0.01"), "Cores.")
              .or("8"),
          Key.of("memory", Rules.size(1L << 20, 1L << 50), "Memory.").or("16GiB"),
          Key.of("instances", Rules.integer(0, 100_000), "At most.").or("100"));

  private static final Section LOAD =
      Section.of(
              Key.of("from", DURATION, "When it begins.").or("10s"),
              Key.of(
                  "rate",
                  Rules.number(0, 100_000, "requests a second, from 0 to 100000"),
                  "Requests a second, at random moments."),
              Key.of(
                  "clients",
                  Rules.integer(0, 10_000),
                  "Clients that each send the next request when one is answered."),
              Key.of("posts", Rules.share(100), "The share that must not be sent twice.").or("0%"))
          .exactlyOneOf("rate", "clients");

  private static final Section BEHAVIOUR =
      Section.of(
          Key.of("start", DURATION, "From the start of a process until it answers."),
          Key.of("stop", DURATION, "From the signal to the exit."),
          Key.of("latency", DURATION, "Of a request, on average."),
          Key.of("workers", Rules.integer(1, 1_000_000), "So many at once are as fast as one.")
              .or("20"),
          Key.of("errors", Rules.share(100), "The share of requests answered with 500.").or("0%"),
          Key.of("exits-after", POSITIVE_DURATION, "A process ends by itself after that time."));

  private static final Section MOMENT = moment();

  private static final Section EXPECTATION =
      Section.of(
              Key.of("serving", Forms.SERVICE, "How many take requests at a moment."),
              Key.of(
                  "failed",
                  Rules.text("the name of a service, or all", "[a-z0-9-]{1,40}"),
                  "How many requests fail."),
              Key.of("gap", Forms.SERVICE, "How long requests wait and none is answered."),
              Key.of("restarts", Forms.SERVICE, "How often instances start again."),
              Key.of("event", eventKind(), "An event that is to happen."),
              Key.of("no-event", eventKind(), "An event that is not to happen."),
              Key.of("at", DURATION, "The moment, for serving."),
              Key.of("at-least", Rules.integer(0), "For serving."),
              Key.of(
                  "at-most",
                  new OneOf(List.of(Rules.integer(0), Rules.duration())),
                  "For serving, failed, restarts; a duration for gap."),
              Key.of(
                  "of",
                  Rules.text("a service, an instance or a machine", "[A-Za-z0-9._-]{1,253}"),
                  "Whom the event concerns."),
              Key.of("from", DURATION, "The event happens not before that.").or("0s"),
              Key.of("to", DURATION, "The event happens not after that."))
          .exactlyOneOf("serving", "failed", "gap", "restarts", "event", "no-event");

  /** The whole file. */
  public static final Section FILE =
      new Section(
          List.of(
              Key.of("file", Forms.PATH, "A mainstay.yaml, relative to this file."),
              Key.of(
                  "services",
                  new MapOf(Forms.SERVICE_NAME, ServiceKeys.SERVICE),
                  "Services as in a mainstay.yaml."),
              Key.of(
                      "nodes",
                      new OneOf(
                          "a number of machines from 1 to 50, or a list of them",
                          List.of(
                              Rules.integer(1, 50),
                              new ListOf(
                                  new OneOf(
                                      "the name of a machine, or {name: …, labels: …}",
                                      List.of(NODE_NAME, NODE)),
                                  1,
                                  false))),
                      "The machines: n1, n2, …, or their names.")
                  .or("1"),
              Key.of("seed", Rules.integer(0), "Of all drawn numbers.").or("1"),
              Key.of("length", POSITIVE_DURATION, "Of the run, at most 6h.").or("2m"),
              Key.of(
                  "load",
                  new MapOf(
                      Forms.SERVICE,
                      new OneOf(
                          "requests a second, {rate: …} or {clients: …}, or a list of such steps",
                          List.of(
                              Rules.number(0, 100_000, "requests a second, from 0 to 100000"),
                              LOAD,
                              new ListOf(LOAD, 1, false)))),
                  "The load of each service."),
              Key.of("behave", new MapOf(Forms.SERVICE, BEHAVIOUR), "How instances behave."),
              Key.of("timeline", new ListOf(MOMENT, 0, false), "What happens, and when."),
              Key.of("expect", new ListOf(EXPECTATION, 0, false), "What is to come of it.")),
          List.of("file", "services"),
          true,
          true);

  private ScenarioKeys() {}

  private static Section moment() {
    List<Key> keys = new ArrayList<>();
    keys.add(Key.required("at", DURATION, "When."));
    for (Trouble trouble : Trouble.values()) {
      keys.add(Key.of(trouble.label(), target(trouble), "It " + trouble.meaning() + "."));
    }
    keys.add(
        Key.of(
            OPERATOR,
            Rules.text(
                "a command such as restart shop, drain n2, or scale shop 4",
                "[a-z]+(?: [A-Za-z0-9._-]{1,253}){0,2}"),
            "An operator's command."));
    keys.add(Key.of(APPLY, Forms.PATH, "A changed mainstay.yaml that an operator applies."));
    keys.add(Key.of("for", POSITIVE_DURATION, "After that time it is undone."));
    keys.add(Key.of("share", Rules.share(100), "For broken, lying-green and messages-lost."));
    keys.add(Key.of("on", NODE_NAME, "Only there, for crash-loop and slow-starts."));
    keys.add(
        Key.of(
            "by",
            Rules.text("how far, such as 5m or -5m", "-?[0-9]{1,9}(?:\\.[0-9]{1,3})?(ms|s|m|h|d)"),
            "How far a clock is set, for clock-step."));
    keys.add(Key.of("force", Rules.flag(), "Overrules the governor, for operator.").or("false"));
    List<String> deeds =
        Stream.concat(
                Arrays.stream(Trouble.values()).map(Trouble::label), Stream.of(OPERATOR, APPLY))
            .toList();
    return new Section(keys, deeds, true, false);
  }

  private static Shape target(Trouble trouble) {
    return switch (trouble.scope()) {
      case INSTANCES -> INSTANCES;
      case SERVICE -> Forms.SERVICE;
      case MACHINE -> NODE_OR_LEADER;
      case LINK -> new ListOf(NODE_NAME, 2, true);
      case CLUSTER -> Rules.flag();
    };
  }

  private static Rule eventKind() {
    return Rules.word(
        "a kind of event such as standby-promoted",
        Arrays.stream(EventKind.values()).map(EventKind::label).toList());
  }
}
