package io.mainstay.agent;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.ServiceSpec.ScalePolicy;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.UsageSource.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * Cores in use an instance of services that scale by them, from the CPU time between two looks. In
 * the agent's mailbox.
 */
final class UsageSampler {
  private final World world;
  private TreeMap<InstanceId, Look> looks = new TreeMap<>();

  UsageSampler(World world) {
    this.world = world;
  }

  /** Looks at all of them; those seen for the first time have no figure yet. */
  List<Usage> sample(Collection<InstanceSupervisor> supervisors) {
    MonotonicTime now = world.time().now();
    TreeMap<InstanceId, Look> newer = new TreeMap<>();
    List<Usage> usage = new ArrayList<>();
    for (InstanceSupervisor supervisor : supervisors) {
      if (supervisor.assigned().spec().scale().flatMap(ScalePolicy::cpu).isEmpty()) {
        continue; // nobody asks, and a look at files of the kernel each second is not free
      }
      supervisor
          .run()
          .process()
          .ifPresent(process -> {
            Look look = new Look(process, world.host().cpuTime(process), now);
            newer.put(supervisor.id(), look);
            Look earlier = looks.get(supervisor.id());
            if (earlier != null && earlier.process.equals(process) && earlier.at.isBefore(now)) {
              usage.add(new Usage(supervisor.id(), look.cores(earlier)));
            }
          });
    }
    looks = newer;
    return List.copyOf(usage);
  }

  private record Look(ProcessIdentity process, Duration cpu, MonotonicTime at) {
    double cores(Look earlier) {
      double used = (double) cpu.minus(earlier.cpu).toNanos();
      return Math.max(0, used / (double) at.since(earlier.at).toNanos());
    }
  }
}
