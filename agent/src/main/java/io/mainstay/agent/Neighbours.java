package io.mainstay.agent;

import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.Phase;
import java.util.List;

/** What other nodes run, as the coordinator knew it last. */
final class Neighbours {
  private final NodeName own;
  private List<Observed> others = List.of();

  Neighbours(NodeName own) {
    this.own = own;
  }

  /** Takes in the newest observations; one's own is left out, since one knows better. */
  void observed(List<Observed> all) {
    others = all.stream().filter(observed -> !observed.node().equals(own)).toList();
  }

  /** Whether an instance of the service is ready on another node. */
  boolean serve(ServiceName service) {
    return others.stream()
        .flatMap(observed -> observed.instances().stream())
        .anyMatch(
            instance -> instance.id().service().equals(service) && instance.phase() == Phase.READY);
  }
}
