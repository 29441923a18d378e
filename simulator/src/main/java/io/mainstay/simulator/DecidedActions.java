package io.mainstay.simulator;

import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Every assignment says why it is so and which event led to it; every process belongs to an
 * instance that was assigned.
 */
final class DecidedActions implements Invariant {
  private final TreeSet<String> assigned = new TreeSet<>();
  private List<Assignments> seen = List.of();
  private long seenChanges = -1;
  private long seenMachine = -1;

  @Override
  public String claim() {
    return "every action has a decision";
  }

  @Override
  public Optional<String> broken(World world) {
    if (seenChanges != world.ensemble().assignmentChanges()) {
      seenChanges = world.ensemble().assignmentChanges();
      List<Assignments> before = seen;
      seen = world.ensemble().state().assignments();
      Optional<String> problem = look(world, before, seen);
      if (problem.isPresent()) {
        return problem;
      }
    }
    if (seenMachine == world.machineChanges()) {
      return Optional.empty();
    }
    seenMachine = world.machineChanges();
    return world.processes().stream()
        .filter(process -> !assigned.contains(process.instance.toString()))
        .findFirst()
        .map(process -> process + " was never assigned");
  }

  private Optional<String> look(World world, List<Assignments> before, List<Assignments> now) {
    List<Assignment> known = before.stream().flatMap(list -> list.instances().stream()).toList();
    for (Assignments list : now) {
      for (Assignment one : list.instances()) {
        assigned.add(one.id().toString());
        if (known.contains(one)) {
          continue;
        }
        if (one.reason().isBlank()) {
          return Optional.of("no reason for " + one);
        }
        if (one.cause().filter(cause -> isKnown(cause, world)).isEmpty()) {
          return Optional.of("no event led to " + one);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isKnown(String cause, World world) {
    return world.nodes().stream().anyMatch(node -> node.disk().knows(cause));
  }
}
