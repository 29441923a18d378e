package io.mainstay.decisions.groups;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.GroupStrategy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is known of groups at one moment.
 *
 * @param services all of the file
 */
public record GroupFacts(List<Service> services) {
  /** Copies the list. */
  public GroupFacts {
    services = List.copyOf(services);
  }

  /**
   * One service.
   *
   * @param name its name
   * @param strategy what else is run anew when one of its instances failed
   * @param dependsOn what it is started after
   * @param isRun whether its instances are processes of ours
   * @param paused whether automation is off
   * @param spacing at least so long between two restarts of its group
   * @param instances all that are wanted, sorted
   */
  public record Service(
      ServiceName name,
      GroupStrategy strategy,
      List<ServiceName> dependsOn,
      boolean isRun,
      boolean paused,
      Duration spacing,
      List<Instance> instances) {
    /** Copies the lists. */
    public Service {
      dependsOn = List.copyOf(dependsOn);
      instances = List.copyOf(instances);
    }
  }

  /**
   * One instance.
   *
   * @param id its name
   * @param generation of its process
   * @param ordered the generation that was asked for; a higher one came of an exit
   * @param liveRestart when its live check had it restarted last
   * @param runs whether it has a process that is not just being started or stopped
   * @param ready whether it is what its role asks for
   * @param held whether it is held out of the traffic
   */
  public record Instance(
      InstanceId id,
      long generation,
      long ordered,
      Optional<MonotonicTime> liveRestart,
      boolean runs,
      boolean ready,
      boolean held) {}
}
