package io.mainstay.server.drill;

import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.Status.InstanceStatus;
import io.mainstay.model.state.Status.ServiceStatus;
import io.mainstay.ports.ProcessHost.CommandOutcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * With what a drill breaks and mends.
 *
 * @param breaker {@link GroupSignals} on a real machine
 * @param checks whose prober the agent of this machine has
 * @param commands of the file
 */
public record DrillTools(Breaker breaker, FalseChecks checks, Commands commands) {
  /** Runs commands of the file. */
  @FunctionalInterface
  public interface Commands {
    /**
     * Runs one to its end, which is bounded.
     *
     * @param environment besides that of the server
     */
    CommandOutcome run(List<String> command, SequencedMap<String, String> environment)
        throws InterruptedException;
  }

  /**
   * What commands that break and mend a business find in their environment: {@code
   * MAINSTAY_SERVICE}, {@code MAINSTAY_INSTANCES} with the addresses of all instances, space
   * between them, and {@code ADDRESS_SHOP_2} and the like with each single one.
   */
  SequencedMap<String, String> environment(ServiceSpec spec, ServiceStatus service) {
    SequencedMap<String, String> environment = new LinkedHashMap<>(new TreeMap<>(System.getenv()));
    environment.put("MAINSTAY_SERVICE", spec.name().value());
    StringBuilder all = new StringBuilder();
    for (InstanceStatus instance : service.instances()) {
      instance
          .address()
          .ifPresent(address -> {
            all.append(all.isEmpty() ? "" : " ").append(address);
            String name = instance.id().toString().toUpperCase(Locale.ROOT).replace('-', '_');
            environment.put("ADDRESS_" + name, address.toString());
          });
    }
    environment.put("MAINSTAY_INSTANCES", all.toString());
    return environment;
  }
}
