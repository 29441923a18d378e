package io.mainstay.simulator;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.state.Assignment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An instance that keeps failing is started a handful of times a minute, never without end. When it
 * is assigned anew, by a rollout that is tried again for instance, it may fail anew.
 */
final class BoundedRestarts implements Invariant {
  /** Five until it is parked, then one each 30 s, with some reserve for orders from above. */
  private static final int MOST_A_MINUTE = 26;

  /** Until it is parked again. */
  private static final int MORE_WHEN_ASSIGNED_ANEW = 6;

  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** Of the back-off, and of the failures until it is parked. */
  private static final Duration USUAL_LONGEST = Duration.ofSeconds(30);

  private static final int USUAL_LOOP = 5;

  private record Assigned(InstanceId instance, MonotonicTime at) {}

  private final List<Assigned> assigned = new ArrayList<>();
  private TreeSet<InstanceId> present = new TreeSet<>();
  private long seenAssignments = -1;
  private long seenMachine = -1;

  @Override
  public String claim() {
    return "restarts are bounded";
  }

  @Override
  public Optional<String> broken(World world) {
    lookAtAssignments(world);
    if (seenMachine == world.machineChanges()) {
      return Optional.empty();
    }
    seenMachine = world.machineChanges();
    for (SimulatedNode node : world.nodes()) {
      TreeMap<InstanceId, Integer> counts = new TreeMap<>();
      for (Machine.Start start : node.machine().starts()) {
        int count = counts.merge(start.instance(), 1, Integer::sum);
        if (count > MOST_A_MINUTE && count > most(start.instance(), node, world)) {
          return Optional.of(start.instance() + " was started " + count + " times in a minute");
        }
      }
    }
    return Optional.empty();
  }

  private void lookAtAssignments(World world) {
    if (seenAssignments == world.ensemble().assignmentChanges()) {
      return;
    }
    seenAssignments = world.ensemble().assignmentChanges();
    TreeSet<InstanceId> now = new TreeSet<>();
    world
        .ensemble()
        .state()
        .assignments()
        .forEach(list -> list.instances().stream().map(Assignment::id).forEach(now::add));
    for (InstanceId instance : now) {
      if (!present.contains(instance)) {
        assigned.add(new Assigned(instance, world.time().now()));
      }
    }
    present = now;
  }

  /** The file may want more tries than the defaults make. */
  private static int moreByPolicy(InstanceId instance, World world) {
    return world
        .deployment()
        .service(instance.service())
        .map(spec -> spec.restart())
        .filter(
            policy -> policy.max().compareTo(USUAL_LONGEST) < 0 || policy.loopCount() > USUAL_LOOP)
        .map(policy -> policy.loopCount() + (int) MINUTE.dividedBy(policy.max()))
        .orElse(0);
  }

  private int most(InstanceId instance, SimulatedNode node, World world) {
    MonotonicTime now = world.time().now();
    assigned.removeIf(one -> now.since(one.at()).compareTo(MINUTE.multipliedBy(2)) > 0);
    int anew = (int) assigned.stream().filter(one -> one.instance().equals(instance)).count() - 1;
    // With its entry goes what was known of its failures.
    return MOST_A_MINUTE
        + moreByPolicy(instance, world)
        + MORE_WHEN_ASSIGNED_ANEW * (Math.max(0, anew) + node.disk().damagesOf(instance));
  }
}
