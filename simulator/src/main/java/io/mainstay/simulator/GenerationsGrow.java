package io.mainstay.simulator;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Each run of an instance on a machine has a higher generation than those before it, so that
 * nothing that was said of an older one is taken for news. Where the journal lost what was written
 * of it, the agent cannot know better, and begins anew; so it does with a name that was given up
 * before its server restarted.
 */
final class GenerationsGrow implements Invariant {
  private final TreeMap<NodeName, TreeMap<InstanceId, SimulatedProcess>> newest = new TreeMap<>();
  private final TreeMap<NodeName, Integer> starts = new TreeMap<>();
  private long seen = -1;

  @Override
  public String claim() {
    return "generations grow";
  }

  @Override
  public Optional<String> broken(World world) {
    if (seen == world.machineChanges()) {
      return Optional.empty();
    }
    seen = world.machineChanges();
    for (SimulatedNode node : world.nodes()) {
      TreeMap<InstanceId, SimulatedProcess> known =
          newest.computeIfAbsent(node.name(), _ -> new TreeMap<>());
      if (node.starts() != starts.getOrDefault(node.name(), 0)) {
        starts.put(node.name(), node.starts());
        known.clear();
      }
      for (SimulatedProcess process : node.machine().groups()) {
        SimulatedProcess before = known.put(process.instance, process);
        if (before != null
            && before != process
            && process.generation <= before.generation
            && node.disk().damagesOf(process.instance) == 0) {
          return Optional.of(process + " was started after " + before);
        }
      }
    }
    return Optional.empty();
  }
}
