package io.mainstay.model.state;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;

/**
 * Where the requests of one run of a transaction go that a service gets, whatever its balance and
 * its diversion say.
 *
 * @param service whose requests
 * @param target where they go
 */
public record Pin(ServiceName service, Target target) {
  /** Who answers. */
  public sealed interface Target {
    /** One of its instances, whether it is in the traffic or not. */
    record One(InstanceId instance) implements Target {
      @Override
      public String toString() {
        return instance.toString();
      }
    }

    /** What the service falls back to. */
    record Fallback() implements Target {
      @Override
      public String toString() {
        return "fallback";
      }
    }
  }

  /** To one instance of the service. */
  public static Pin to(InstanceId instance) {
    return new Pin(instance.service(), new Target.One(instance));
  }

  /** To what the service falls back to. */
  public static Pin toFallback(ServiceName service) {
    return new Pin(service, new Target.Fallback());
  }

  @Override
  public String toString() {
    return service + "=" + target;
  }
}
