package io.mainstay.spec.grammar;

import static io.mainstay.spec.grammar.Forms.later;

import io.mainstay.spec.grammar.Shape.Harmless;
import io.mainstay.spec.grammar.Shape.ListOf;
import io.mainstay.spec.grammar.Shape.MapOf;
import io.mainstay.spec.grammar.Shape.OneOf;
import java.util.ArrayList;
import java.util.List;

/** The keys of a service. */
final class ServiceKeys {
  private static final Shape ENVIRONMENT =
      new MapOf(
          Rules.text("a name of letters, digits and _", "[A-Za-z_][A-Za-z0-9_]*"),
          new OneOf(
              "a text, {file: …} or {command: …}",
              List.of(
                  Rules.anyText("a text, {file: …} or {command: …}").withNames(),
                  Section.of(
                          Key.of("file", Forms.PATH_WITH_NAMES, "Its content; a secret."),
                          Key.of("command", Forms.command(), "Its output; a secret."))
                      .exactlyOneOf("file", "command"))));

  private static final Section LIMITS =
      Section.of(
          Key.of("memory", Rules.size(1L << 20, 1L << 50), "Hard limit."),
          Key.of("cpu", Rules.number(0.01, 10_000, "a number of cores, at least 0.01"), "Cores."),
          Key.of("files", Rules.integer(16), "Open file descriptors."));

  /** A name, or a number. */
  private static final Rule USER =
      Rules.digitsOrText(
              "the name or number of a user",
              "[A-Za-z0-9_][A-Za-z0-9_.@\\\\-]{0,60}\\$?|(?s).*\\$\\{.*",
              0,
              Integer.MAX_VALUE)
          .withNames();

  static final Section SERVICE = service();

  private ServiceKeys() {}

  private static Section service() {
    List<Key> keys = new ArrayList<>(workload());
    keys.addAll(life());
    keys.addAll(traffic());
    keys.add(
        Key.of("fallback", TrafficKeys.FALLBACK, "Who answers while it is diverted or cannot."));
    keys.add(
        Key.of("transactions", TransactionKeys.TRANSACTIONS, "Synthetic business transactions."));
    keys.add(Key.of("flows", FlowKeys.FLOWS, "What must follow what in real traffic."));
    keys.add(
        Key.of("when-failing", TransactionKeys.WHEN_FAILING, "Remedies, in order.")
            .or("isolate divert notify"));
    keys.add(
        Key.of("restore", TransactionKeys.RESTORE, "When and how traffic returns; or manual."));
    keys.add(Key.of("drills", DrillKeys.DRILLS, "Rehearsals."));
    keys.add(Key.of("place", NodeKeys.PLACE, "On which machines."));
    keys.add(Key.of("disconnect", NodeKeys.DISCONNECT, "What to do about lost machines."));
    keys.addAll(comingLater());
    return new Section(keys, List.of("run", "container", "upstreams"), true, false);
  }

  private static List<Key> workload() {
    return List.of(
        Key.of("run", Forms.command(), "The command: split as a shell would, no shell started."),
        later("container", Harmless.NONE, "A container image."),
        Key.of(
            "upstreams",
            new ListOf(Forms.ADDRESS, 1, true),
            "Addresses that somebody else runs: checked and balanced only."),
        Key.of("dir", Forms.PATH_WITH_NAMES, "Working directory, relative to this file.").or("."),
        Key.of("env", ENVIRONMENT, "Environment, over Mainstay's own."),
        Key.of("user", USER, "Whom to run as."),
        Key.of("limits", LIMITS, "Resources of an instance. Default: none."),
        Key.of(
                "port",
                new OneOf(List.of(Rules.word("auto", "none"), Forms.PORT_NUMBER)),
                "Given as PORT; a fixed one allows one instance a node.")
            .or("auto"),
        Key.of(
                "protocol",
                Rules.word(List.of("auto", "http1", "tcp"), List.of("h2")),
                "What it speaks.")
            .or("auto"),
        Key.of("listen", Forms.BIND, "A listener of its own: 8080 binds all addresses."));
  }

  private static List<Key> life() {
    return List.of(
        Key.of("replicas", TrafficKeys.REPLICAS, "How many serve.").or("1"),
        Key.of("standby", TrafficKeys.STANDBY, "How many wait behind them.").or("0"),
        Key.of("health", CheckKeys.PATH, "Short for checks.ready.http.path."),
        Key.of("ready-after", Forms.DURATION, "With port none and no check: ready after that time.")
            .or("1s"),
        Key.of(
            "depends-on",
            new ListOf(Forms.SERVICE, 0, true),
            "Services that must serve before it is started first."),
        Key.of("hooks", CheckKeys.hooks(), "Commands at the turning points of an instance."),
        Key.of("checks", CheckKeys.CHECKS, "How it is watched."),
        Key.of("restart", CheckKeys.restart(), "What follows an exit."),
        Key.of("stop", CheckKeys.stop(), "How it ends: out of traffic, drain, signal, KILL."));
  }

  private static List<Key> traffic() {
    return List.of(
        Key.of("balance", TrafficKeys.BALANCE, "How an instance is chosen.").or("p2c"),
        Key.of("weights", TrafficKeys.WEIGHTS, "By instance. Default: 1 each."),
        Key.of("timeouts", TrafficKeys.TIMEOUTS, "Limits of one request."),
        Key.of("retries", TrafficKeys.RETRIES, "When a request is tried again."),
        Key.of("outliers", TrafficKeys.OUTLIERS, "Ejection by real traffic."),
        Key.of("concurrency", TrafficKeys.CONCURRENCY, "Limits of what is in flight."),
        Key.of("slow-start", Forms.DURATION, "A new instance gets less at first.").or("10s"),
        Key.of("scale", TrafficKeys.SCALE, "Targets; only with replicas {min, max}."),
        Key.of("budget", TrafficKeys.BUDGET, "The governor's limits."),
        Key.of("update", TrafficKeys.UPDATE, "How apply replaces instances."));
  }

  private static List<Key> comingLater() {
    return List.of(
        later("exclusive", Harmless.FALSE, "At most one active instance anywhere."),
        Key.of(
                "group",
                Rules.word("one-for-one", "one-for-all", "rest-for-one"),
                "What else is run anew once an instance that failed is back.")
            .or("one-for-one"),
        Key.of("sticky", TrafficKeys.STICKY, "Keeps a client on its instance."));
  }
}
