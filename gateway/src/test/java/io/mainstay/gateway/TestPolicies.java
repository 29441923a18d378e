package io.mainstay.gateway;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.ports.TrafficObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.SequencedMap;

/** What tests of other packages need of {@link TestWorld}. */
public final class TestPolicies {
  public static final ServiceName SHOP = TestWorld.SHOP;

  private TestPolicies() {}

  public static TrafficPolicy policy() {
    return TestWorld.policy();
  }

  public static ServiceSpec service(ServiceName name, TrafficPolicy policy) {
    return TestWorld.service(name, policy);
  }

  public static ListenerSpec listener() {
    return TestWorld.listener(ListenerSpec.Protocol.HTTP, Optional.empty(), TestWorld.limits());
  }

  /** An observer that nothing is to be learned from. */
  public static TrafficObserver silent() {
    return new Silent();
  }

  private static final class Silent implements TrafficObserver {
    @Override
    public void standbyPromoted(InstanceId standby, InstanceId inPlaceOf, String reason) {}

    @Override
    public void standbyWanted(ServiceName service, String reason) {}

    @Override
    public void ejected(
        InstanceId instance,
        long generation,
        Duration duration,
        String reason,
        SequencedMap<String, String> evidence) {}

    @Override
    public void restored(InstanceId instance, long generation, String reason) {}

    @Override
    public void listenerOpened(String listener, String address) {}

    @Override
    public void listenerFailed(String listener, String address, String reason) {}

    @Override
    public void listenerClosed(String listener, String reason) {}
  }
}
