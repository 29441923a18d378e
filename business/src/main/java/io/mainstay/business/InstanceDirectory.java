package io.mainstay.business;

import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import java.util.List;

/** Where the instances of services are reached, those that are out of traffic too. Any thread. */
@FunctionalInterface
public interface InstanceDirectory {
  /** Of one service, in the order of their numbers. */
  List<Located> of(ServiceName service);

  /**
   * One that has an address.
   *
   * @param serves whether users' requests reach it
   */
  record Located(InstanceId id, Address address, boolean serves) {}
}
