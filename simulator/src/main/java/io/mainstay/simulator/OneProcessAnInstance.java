package io.mainstay.simulator;

import io.mainstay.model.InstanceId;
import java.util.Optional;
import java.util.TreeMap;

/** Two runs of one instance never overlap, what they started themselves included. */
final class OneProcessAnInstance implements Invariant {
  private long seen = -1;

  @Override
  public String claim() {
    return "no two live processes of one instance";
  }

  @Override
  public Optional<String> broken(World world) {
    if (seen == world.machine().changes()) {
      return Optional.empty();
    }
    seen = world.machine().changes();
    TreeMap<InstanceId, SimulatedProcess> known = new TreeMap<>();
    for (SimulatedProcess process : world.machine().groups()) {
      SimulatedProcess twin = known.put(process.instance, process);
      if (twin != null) {
        return Optional.of(twin + " and " + process);
      }
    }
    return Optional.empty();
  }
}
