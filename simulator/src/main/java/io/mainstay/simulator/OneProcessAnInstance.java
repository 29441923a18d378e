package io.mainstay.simulator;

import io.mainstay.model.InstanceId;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Two runs of one instance never overlap, on one machine or on two, what they started themselves
 * included. A lost machine is replaced by instances of other names, so this holds even then.
 */
final class OneProcessAnInstance implements Invariant {
  private long seen = -1;

  @Override
  public String claim() {
    return "no two live processes of one instance";
  }

  @Override
  public Optional<String> broken(World world) {
    if (seen == world.machineChanges()) {
      return Optional.empty();
    }
    seen = world.machineChanges();
    TreeMap<InstanceId, SimulatedProcess> known = new TreeMap<>();
    for (SimulatedProcess process : world.processes()) {
      SimulatedProcess twin = known.put(process.instance, process);
      if (twin != null) {
        return Optional.of(twin + " and " + process);
      }
    }
    return Optional.empty();
  }
}
