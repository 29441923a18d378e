package io.mainstay.decisions.nodes;

import io.mainstay.decisions.nodes.NodeTransition.Input;
import io.mainstay.model.EventKind;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How nodes stand. Two witnesses must agree that one is lost: its session with the coordinator is
 * gone, and no gateway of another node has had an answer from its instances for as long. Until then
 * it is suspect: it takes nothing new, and nothing on it is touched. What all others asked in vain
 * while the coordination itself was away counts.
 *
 * <p>Nobody replaces half a cluster: when more than the set share is gone, the fault is more likely
 * between us and them, so nothing is replaced until enough are back. What is replaced is released a
 * few nodes at a time. Who comes and goes takes new instances only after a growing while.
 */
public final class NodeRule {
  private static final Duration COMING = Duration.ofSeconds(5);

  private final NodePolicy policy;
  private final MonotonicTime now;
  private final NodesMemory memory;
  private final boolean blind;
  private final List<NodeNews> news = new ArrayList<>();
  private final TreeMap<NodeName, NodeMemory> nodes = new TreeMap<>();

  private NodeRule(NodesMemory memory, NodePolicy policy, MonotonicTime now) {
    this.memory = memory;
    this.policy = policy;
    this.now = now;
    blind = memory.last().filter(last -> now.since(last).compareTo(policy.blind()) > 0).isPresent();
  }

  /**
   * Decides.
   *
   * @param facts one entry a known node, in any order
   */
  public static NodesDecision decide(
      List<NodeFacts> facts, NodesMemory memory, NodePolicy policy, MonotonicTime now) {
    return new NodeRule(memory, policy, now).decide(facts);
  }

  private NodesDecision decide(List<NodeFacts> facts) {
    TreeMap<NodeName, NodeFacts> known = new TreeMap<>();
    facts.forEach(node -> known.put(node.name(), node));
    known.values().forEach(this::step);
    for (NodeMemory before : memory.nodes()) {
      if (!known.containsKey(before.name())) {
        tell(EventKind.NODE_REMOVED, before.name(), "it does not belong to the cluster any more");
      }
    }
    boolean frozen = frozen();
    List<MonotonicTime> releases = release(frozen);
    TreeMap<NodeName, NodeStanding> standings = new TreeMap<>();
    for (NodeMemory node : nodes.values()) {
      NodeFacts fact = known.get(node.name());
      if (fact != null) {
        standings.put(node.name(), standing(fact, node, frozen));
      }
    }
    NodesMemory next =
        new NodesMemory(List.copyOf(nodes.values()), frozen, releases, Optional.of(now));
    return new NodesDecision(standings, next, news);
  }

  private void step(NodeFacts fact) {
    Optional<NodeMemory> found = memory.node(fact.name());
    NodeMemory before = found.orElseGet(() -> unknown(fact));
    Optional<MonotonicTime> goneSince = since(before.goneSince(), !fact.present());
    Optional<MonotonicTime> silentSince =
        since(before.silentSince(), !fact.present() && !fact.answering())
            .map(at -> earlier(at, now.plus(fact.silent().negated())));
    boolean silent =
        silentSince
            .filter(since -> now.since(since).compareTo(policy.lostAfter()) >= 0)
            .isPresent();
    Input input = new Input(fact.present(), fact.joining(), fact.drained().isPresent(), silent);
    boolean coming = isComing(before, found.isEmpty());
    boolean still =
        coming
            && !fact.present()
            && goneSince.filter(at -> now.since(at).compareTo(COMING) < 0).isPresent();
    NodeState state = still ? NodeState.JOINING : NodeTransition.next(before.state(), input);
    boolean back = fact.present() && before.goneSince().isPresent() && !coming;
    List<MonotonicTime> returns = new ArrayList<>();
    for (MonotonicTime at : before.returns()) {
      if (now.since(at).compareTo(policy.flapWindow()) < 0) {
        returns.add(at);
      }
    }
    if (back) {
      returns.add(now);
    }
    boolean empty = state == NodeState.DRAINING && fact.instances() == 0;
    if (coming && fact.present() && memory.last().isPresent()) {
      tell(EventKind.NODE_JOINED, fact.name(), "it joined");
    }
    tellChange(fact, before, state, back);
    if (empty && !before.drainTold()) {
      tell(EventKind.NODE_DRAINED, fact.name(), "no instance is left on it");
    }
    nodes.put(
        fact.name(),
        new NodeMemory(
            fact.name(),
            state,
            goneSince,
            silentSince,
            before.released() && state == NodeState.LOST,
            returns,
            empty));
  }

  /** Its record is seen before its session: it has not gone, it was not there yet. */
  private boolean isComing(NodeMemory before, boolean isNew) {
    return isNew
        ? memory.last().isPresent()
        : before.state() == NodeState.JOINING && before.goneSince().isPresent();
  }

  /** A session outlives its node; others may have had no answer from it all the while. */
  private static MonotonicTime earlier(MonotonicTime one, MonotonicTime other) {
    return other.isBefore(one) ? other : one;
  }

  /** Since when something holds; anew if nobody watched meanwhile. */
  private Optional<MonotonicTime> since(Optional<MonotonicTime> before, boolean holds) {
    return holds ? Optional.of(before.filter(_ -> !blind).orElse(now)) : Optional.empty();
  }

  private static NodeMemory unknown(NodeFacts fact) {
    NodeState state =
        fact.joining() || !fact.present()
            ? NodeState.JOINING
            : fact.drained().isPresent() ? NodeState.DRAINING : NodeState.READY;
    return new NodeMemory(
        fact.name(), state, Optional.empty(), Optional.empty(), false, List.of(), false);
  }

  private void tellChange(NodeFacts fact, NodeMemory before, NodeState state, boolean back) {
    NodeName name = fact.name();
    if (back) {
      Duration gone = now.since(before.goneSince().orElse(now));
      tell(
          EventKind.NODE_RESTORED,
          name,
          "its session is back after " + gone.toSeconds() + " s, it was " + before.state().label());
    }
    if (state == before.state()) {
      return;
    }
    switch (state) {
      case SUSPECT ->
          tell(
              EventKind.NODE_SUSPECT,
              name,
              "its session is gone; it takes nothing new, and nothing on it is touched"
                  + (fact.answering() ? ": gateways still get answers from it" : ""));
      case LOST ->
          tell(
              EventKind.NODE_LOST,
              name,
              "no session and no answer from it for " + policy.lostAfter().toSeconds() + " s");
      case DRAINING -> tell(EventKind.NODE_DRAINING, name, fact.drained().orElse("by hand"));
      case READY -> {
        if (before.state() == NodeState.DRAINING) {
          tell(EventKind.NODE_RELEASED, name, "it takes instances again");
        }
      }
      case JOINING, REMOVED -> {
        // Told by who knows why.
      }
    }
  }

  /** Too many at once; what was released for replacement before does not count any more. */
  private boolean frozen() {
    int all = 0;
    int gone = 0;
    for (NodeMemory node : nodes.values()) {
      if (!node.released()) {
        all++;
        gone += node.goneSince().isPresent() && node.state() != NodeState.JOINING ? 1 : 0;
      }
    }
    double share = all == 0 ? 0 : (double) gone / all;
    boolean frozen =
        memory.frozen() ? share > policy.massOver() : gone >= 2 && share > policy.massShare();
    if (frozen != memory.frozen()) {
      LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
      evidence.put("gone", String.valueOf(gone));
      evidence.put("nodes", String.valueOf(all));
      news.add(
          new NodeNews(
              frozen ? EventKind.REPLACEMENT_FROZEN : EventKind.REPLACEMENT_RESUMED,
              Optional.empty(),
              frozen
                  ? gone
                      + " of "
                      + all
                      + " nodes are gone at once: nothing is replaced until enough are back, or"
                      + " removed by hand"
                  : gone + " of " + all + " nodes are gone: lost ones are replaced again",
              evidence));
    }
    return frozen;
  }

  /** Releases lost nodes for replacement, the longest gone first; answers when that happened. */
  private List<MonotonicTime> release(boolean frozen) {
    List<MonotonicTime> releases = new ArrayList<>();
    for (MonotonicTime at : memory.releases()) {
      if (now.since(at).compareTo(policy.releaseEvery()) < 0) {
        releases.add(at);
      }
    }
    int most = Math.max(1, (int) (nodes.size() * policy.releaseShare()));
    List<NodeMemory> waiting = new ArrayList<>();
    for (NodeMemory node : nodes.values()) {
      if (node.state() == NodeState.LOST && !node.released()) {
        waiting.add(node);
      }
    }
    waiting.sort(
        (one, other) -> one.goneSince().orElse(now).compareTo(other.goneSince().orElse(now)));
    for (NodeMemory node : waiting) {
      if (frozen || releases.size() >= most) {
        break;
      }
      releases.add(now);
      nodes.put(
          node.name(),
          new NodeMemory(
              node.name(),
              node.state(),
              node.goneSince(),
              node.silentSince(),
              true,
              node.returns(),
              node.drainTold()));
    }
    return releases;
  }

  private NodeStanding standing(NodeFacts fact, NodeMemory node, boolean frozen) {
    Duration gone = node.silentSince().map(now::since).orElse(Duration.ZERO);
    Optional<String> closed = closed(fact, node);
    String reason =
        switch (node.state()) {
          case LOST ->
              node.released()
                  ? "no session and no answer, its instances are replaced"
                  : frozen
                      ? "no session and no answer, but too many nodes are gone to replace any"
                      : "no session and no answer, replaced after others";
          case SUSPECT ->
              fact.answering()
                  ? "its session is gone, gateways still get answers"
                  : "its session is gone";
          case JOINING -> "it is not ready yet";
          case DRAINING -> fact.drained().orElse("drained");
          case READY, REMOVED -> closed.orElse("its session lives");
        };
    return new NodeStanding(node.state(), closed, gone, node.released(), reason);
  }

  private Optional<String> closed(NodeFacts fact, NodeMemory node) {
    return switch (node.state()) {
      case READY -> fact.paused().or(() -> penalty(node));
      case JOINING -> Optional.of("it is not ready yet");
      case DRAINING -> Optional.of(fact.drained().orElse("it is emptied"));
      case SUSPECT -> Optional.of("its session is gone");
      case LOST -> Optional.of("no session and no answer");
      case REMOVED -> Optional.of("it is removed");
    };
  }

  /** The first return is forgiven; each further one within the window doubles the while. */
  private Optional<String> penalty(NodeMemory node) {
    int flaps = node.returns().size();
    if (flaps < 2) {
      return Optional.empty();
    }
    Duration length = policy.penalty().multipliedBy(1L << Math.min(20, flaps - 2));
    Duration capped = length.compareTo(policy.penaltyMax()) > 0 ? policy.penaltyMax() : length;
    Duration left = capped.minus(now.since(node.returns().getLast()));
    return left.isPositive()
        ? Optional.of(
            "it came back "
                + flaps
                + " times in "
                + policy.flapWindow().toMinutes()
                + " min, so it takes nothing new for "
                + (left.toSeconds() + 1)
                + " s")
        : Optional.empty();
  }

  private void tell(EventKind kind, NodeName node, String reason) {
    LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("node", node.value());
    news.add(new NodeNews(kind, Optional.of(node), node + ": " + reason, evidence));
  }
}
