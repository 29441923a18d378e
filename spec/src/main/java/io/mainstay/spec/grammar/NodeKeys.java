package io.mainstay.spec.grammar;

import static io.mainstay.spec.grammar.Forms.POSITIVE_DURATION;

import io.mainstay.spec.grammar.Shape.ListOf;
import io.mainstay.spec.grammar.Shape.MapOf;
import io.mainstay.spec.grammar.Shape.OneOf;
import java.util.List;

/** The keys that speak of machines: where instances run, and pools of nodes. */
final class NodeKeys {
  private static final String NAME = "[A-Za-z0-9](?:[A-Za-z0-9_./-]{0,61}[A-Za-z0-9])?";

  static final Rule POOL_NAME =
      Rules.text("1 to 40 characters of a-z, 0-9 and '-'", "[a-z0-9-]{1,40}");

  private static final Rule LABEL = Rules.text("the name of a label such as zone", NAME);

  private static final Shape LABELS =
      new MapOf(LABEL, Rules.anyLine("the value of a label such as zone-a"));

  static final Section PLACE =
      Section.of(
          Key.of(
                  "spread",
                  Rules.text("node, or the name of a label such as zone", NAME),
                  "Evenly over nodes, or over the values of a label of theirs.")
              .or("node"),
          Key.of("require", LABELS, "Labels that a node must have."),
          Key.of("prefer", LABELS, "Labels that a node should have."),
          Key.of("pack", Rules.flag(), "Fill one node after the other.").or("false"),
          Key.of("per-node", Rules.integer(1, 100_000), "At most so many on one node."),
          Key.of(
              "apart",
              new ListOf(Forms.SERVICE, 0, true),
              "Services none of which may be on the same node."));

  static final Section DISCONNECT =
      Section.of(
          Key.of(
                  "lost-after",
                  POSITIVE_DURATION,
                  "Without word of a node for that long it is lost.")
              .or("10s"),
          Key.of("replace", Rules.flag(), "Whether its instances are replaced elsewhere.")
              .or("true"));

  private static final Section SCRIPT =
      Section.of(
          Key.required("create", Forms.command(), "Makes a node; it runs $MAINSTAY_JOIN there."),
          Key.required("destroy", Forms.command(), "Removes the node $MAINSTAY_NODE."),
          Key.required("list", Forms.command(), "Prints the names of the nodes, one a line."),
          Key.of("timeout", POSITIVE_DURATION, "Of each of them.").or("2m"));

  private static final Section PROVIDER =
      Section.of(Key.required("script", SCRIPT, "Commands of one's own."));

  private static final Shape HOOK =
      new OneOf(
          "a command, or {run: …, timeout: …}",
          List.of(
              Forms.NONBLANK,
              new ListOf(Rules.anyText("a word of a command"), 1, false),
              Section.of(
                  Key.required("run", Forms.command(), "The command."),
                  Key.of("timeout", POSITIVE_DURATION, "After it the hook is killed.").or("30s"))));

  static final Section POOL =
      Section.of(
          Key.of("min", Rules.integer(0, 10_000), "Always there.").or("0"),
          Key.required("max", Rules.integer(0, 10_000), "At most."),
          Key.of("warm", Rules.integer(0, 10_000), "Ready and empty beyond the need.").or("0"),
          Key.required("provider", PROVIDER, "Who makes and removes nodes."),
          Key.of("idle", POSITIVE_DURATION, "Not needed for that long, it is removed.").or("10m"),
          Key.of("cooldown", Forms.DURATION, "Between two removals.").or("1m"),
          Key.of("launch-timeout", POSITIVE_DURATION, "From create until it has joined.").or("5m"),
          Key.of("labels", LABELS, "Of each of its nodes."),
          Key.of(
              "capacity",
              Section.of(
                  Key.of(
                          "cpu",
                          Rules.number(0.01, 10_000, "a number of cores, at least 0.01"),
                          "Cores.")
                      .or("2"),
                  Key.of("memory", Rules.size(1L << 20, 1L << 50), "Memory.").or("2GiB"),
                  Key.of("instances", Rules.integer(1, 100_000), "Instances.").or("100")),
              "What one node offers."),
          Key.of(
              "hooks",
              Section.of(
                  Key.of("ready", HOOK, "After it has joined, before it takes instances."),
                  Key.of("drained", HOOK, "After it was emptied, before it is removed.")),
              "Commands at the turning points of a node."));

  private NodeKeys() {}
}
