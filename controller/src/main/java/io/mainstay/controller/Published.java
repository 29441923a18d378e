package io.mainstay.controller;

import io.mainstay.decisions.fleet.Member;
import io.mainstay.decisions.fleet.ServiceMemory;
import io.mainstay.decisions.fleet.ServiceView;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import java.util.Map;
import java.util.Optional;

/**
 * The last view, for everyone who reads. Immutable; replaced as a whole.
 *
 * @param leader who decides
 * @param services in file order
 * @param generation of the desired state
 */
record Published(
    Optional<NodeName> leader, Map<ServiceName, ServiceState> services, long generation) {
  static final Published NOTHING = new Published(Optional.empty(), Map.of(), 0);

  /**
   * One service.
   *
   * @param view what was known
   * @param memory what was decided
   */
  record ServiceState(ServiceView view, ServiceMemory memory) {}

  Optional<ServiceState> service(ServiceName name) {
    return Optional.ofNullable(services.get(name));
  }

  Optional<Member> member(InstanceId id) {
    return service(id.service())
        .flatMap(state ->
            state.view().members().stream().filter(member -> member.id().equals(id)).findFirst());
  }
}
