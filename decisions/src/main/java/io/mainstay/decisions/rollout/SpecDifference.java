package io.mainstay.decisions.rollout;

import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.Business;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import java.util.ArrayList;
import java.util.List;

/**
 * What differs between two specs of one service, by the keys of the file.
 *
 * @param replacing keys that its processes are made of: each instance must be replaced
 * @param live keys that take effect on what runs
 */
public record SpecDifference(List<String> replacing, List<String> live) {
  /** Copies the lists. */
  public SpecDifference {
    replacing = List.copyOf(replacing);
    live = List.copyOf(live);
  }

  /** Whether nothing differs. */
  public boolean isEmpty() {
    return replacing.isEmpty() && live.isEmpty();
  }

  /** Whether instances are made of something else. */
  public boolean replaces() {
    return !replacing.isEmpty();
  }

  /** Compares two specs of one service. */
  public static SpecDifference between(ServiceSpec before, ServiceSpec after) {
    List<String> replacing = new ArrayList<>();
    List<String> live = new ArrayList<>();
    if (before.equals(after)) {
      return new SpecDifference(replacing, live);
    }
    workload(before.workload(), after.workload(), replacing);
    note("port", before.port(), after.port(), replacing);
    note("protocol", before.protocol(), after.protocol(), replacing);
    note("hooks.setup", before.hooks().setup(), after.hooks().setup(), replacing);
    note("hooks.start", before.hooks().start(), after.hooks().start(), replacing);
    note("hooks.ready", before.hooks().ready(), after.hooks().ready(), live);
    note("hooks.drain", before.hooks().drain(), after.hooks().drain(), live);
    note("hooks.stop", before.hooks().stop(), after.hooks().stop(), live);
    note("replicas", before.replicas(), after.replicas(), live);
    note("standby", before.standby(), after.standby(), live);
    note("ready-after", before.readyAfter(), after.readyAfter(), live);
    note("depends-on", before.dependsOn(), after.dependsOn(), live);
    note("checks", before.checks(), after.checks(), live);
    note("restart", before.restart(), after.restart(), live);
    note("stop", before.stop(), after.stop(), live);
    traffic(before, after, live);
    note("scale", before.scale(), after.scale(), live);
    note("budget", before.budget(), after.budget(), live);
    note("update", before.update(), after.update(), live);
    note("place", before.place(), after.place(), live);
    note("disconnect", before.disconnect(), after.disconnect(), live);
    note("group", before.group(), after.group(), live);
    note("drills", before.drills(), after.drills(), live);
    business(before.business(), after.business(), live);
    return new SpecDifference(replacing, live);
  }

  private static void business(Business before, Business after, List<String> live) {
    note("transactions", before.transactions(), after.transactions(), live);
    note("flows", before.flows(), after.flows(), live);
    note("when-failing", before.whenFailing(), after.whenFailing(), live);
    note("fallback", before.fallback(), after.fallback(), live);
    note("restore", before.restore(), after.restore(), live);
  }

  /**
   * Whether this instance must be replaced to get from one spec to the other. Of upstreams only
   * those whose own address differs.
   */
  public static boolean replaces(InstanceId instance, ServiceSpec before, ServiceSpec after) {
    if (before.workload() instanceof Workload.Upstreams old
        && after.workload() instanceof Workload.Upstreams wanted) {
      int index = instance.number() - 1;
      return index < old.addresses().size()
          && index < wanted.addresses().size()
          && !old.addresses().get(index).equals(wanted.addresses().get(index));
    }
    return between(before, after).replaces();
  }

  private static void workload(Workload before, Workload after, List<String> replacing) {
    if (before instanceof Workload.Run old && after instanceof Workload.Run wanted) {
      note("run", old.command(), wanted.command(), replacing);
      note("dir", old.directory(), wanted.directory(), replacing);
      // Order matters too: a later variable may expand an earlier one.
      note(
          "env",
          List.copyOf(old.environment().entrySet()),
          List.copyOf(wanted.environment().entrySet()),
          replacing);
      note("user", old.user(), wanted.user(), replacing);
      note("limits", old.limits(), wanted.limits(), replacing);
    } else if (before instanceof Workload.Upstreams && after instanceof Workload.Upstreams) {
      note("upstreams", before, after, replacing);
    } else {
      replacing.add("run, upstreams");
    }
  }

  private static void traffic(ServiceSpec before, ServiceSpec after, List<String> live) {
    note("balance", before.traffic().balance(), after.traffic().balance(), live);
    note("weights", before.traffic().weights(), after.traffic().weights(), live);
    note("timeouts", before.traffic().timeouts(), after.traffic().timeouts(), live);
    note("retries", before.traffic().retries(), after.traffic().retries(), live);
    note("outliers", before.traffic().outliers(), after.traffic().outliers(), live);
    note("concurrency", before.traffic().concurrency(), after.traffic().concurrency(), live);
    note("slow-start", before.traffic().slowStart(), after.traffic().slowStart(), live);
  }

  private static void note(String key, Object before, Object after, List<String> into) {
    if (!before.equals(after)) {
      into.add(key);
    }
  }
}
