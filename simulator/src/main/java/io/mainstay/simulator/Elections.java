package io.mainstay.simulator;

import static java.util.stream.Collectors.joining;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Role;
import io.mainstay.ports.Coordinator.State;
import io.mainstay.ports.Coordinator.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Who was told that he leads, and whose assignments were taken; for the invariant on epochs. */
final class Elections {
  private final World world;
  private final TreeMap<Long, Life> leaders = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();
  private final TreeMap<NodeName, Long> versions = new TreeMap<>();
  private long newest;

  Elections(World world) {
    this.world = world;
    world.ensemble().watchAssignments(this::taken);
  }

  /** One run of a server. */
  private record Life(NodeName node, int start) {}

  /** A server may hear of its own term again, after a short break. */
  void elected(NodeName node, Term term) {
    Life life = new Life(node, world.node(node).starts());
    Life last = leaders.isEmpty() ? life : leaders.lastEntry().getValue();
    Life before = leaders.put(term.token(), life);
    if (before != null && !before.equals(life)) {
      problems.add("term " + term.token() + " was given to " + before + " and to " + life);
    }
    if (!last.node().equals(node)) {
      world.sometimes().saw(Sometimes.State.LEADER_CHANGED);
      if (isRolling(world.ensemble().state())) {
        world.sometimes().saw(Sometimes.State.LEADER_CHANGED_IN_A_ROLLOUT);
      }
    }
    newest = Math.max(newest, term.token());
  }

  /** Whether two revisions of a service are assigned. */
  private static boolean isRolling(State state) {
    return state.assignments().stream()
        .flatMap(list -> list.instances().stream())
        .anyMatch(one ->
            state.assignments().stream()
                .flatMap(list -> list.instances().stream())
                .anyMatch(other ->
                    other.id().service().equals(one.id().service())
                        && other.revision() != one.revision()));
  }

  private void taken(Assignments assignments, Term term) {
    if (term.token() < newest) {
      problems.add(
          "assignments of term " + term.token() + " were taken after " + newest + " had begun");
    }
    long before = versions.getOrDefault(assignments.node(), -1L);
    if (assignments.version() < before) {
      problems.add(
          assignments.node() + ": version " + assignments.version() + " came after " + before);
    }
    versions.put(assignments.node(), assignments.version());
    world
        .trace()
        .add(
            assignments.node() + " assign",
            "version "
                + assignments.version()
                + assignments.instances().stream().map(Elections::brief).collect(joining()));
  }

  private static String brief(Assignment one) {
    return " "
        + one.id()
        + (one.role() == Role.SERVING ? "" : " standby")
        + (one.directive() == Directive.RUN ? "" : " " + one.directive())
        + (one.minGeneration() > 0 ? " from " + one.minGeneration() : "")
        + " r"
        + one.revision()
        + ",";
  }

  /** A node was forgotten: its versions begin anew. */
  void forgotten(NodeName node) {
    versions.remove(node);
  }

  /** Terms that were ever begun. */
  int count() {
    return leaders.size();
  }

  Optional<String> problem() {
    return problems.stream().findFirst();
  }
}
