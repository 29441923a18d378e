package io.mainstay.gateway;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.ports.TrafficObserver;
import java.util.Optional;

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
    return new TrafficObserver() {};
  }
}
