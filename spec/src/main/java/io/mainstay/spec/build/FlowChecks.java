package io.mainstay.spec.build;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.spec.build.DeploymentBuilder.ListenerDraft;
import io.mainstay.spec.build.DeploymentBuilder.ServiceDraft;
import io.mainstay.spec.yaml.Nearest;
import io.mainstay.spec.yaml.Problems;
import io.mainstay.spec.yaml.Value.Entry;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether the services that flows name exist and are asked through a listener. */
final class FlowChecks {
  /** Each takes memory for the keys that are under way. */
  private static final int MOST = 32;

  private FlowChecks() {}

  /** Notes names that nothing has, requests that nobody would see, and too many flows. */
  static void check(
      List<ServiceDraft> services, List<ListenerDraft> listeners, List<String> known) {
    Set<String> seen = new HashSet<>();
    for (ListenerDraft listener : listeners) {
      if (listener.spec().protocol() == ListenerSpec.Protocol.HTTP) {
        NameChecks.targets(listener.spec()).forEach(name -> seen.add(name.value()));
      }
    }
    int flows = 0;
    for (ServiceDraft draft : services) {
      Fields service = draft.fields();
      for (Entry entry : service.entries("flows")) {
        Fields flow =
            service.at("flows", entry.value(), Problems.below(service.below("flows"), entry.key()));
        side(draft, flow.in("when"), known, seen);
        side(draft, flow.in("then"), known, seen);
        flows++;
        if (flows == MOST + 1) {
          service.refuse("flows", "at most " + MOST + " flows in one file");
        }
      }
    }
  }

  private static void side(ServiceDraft draft, Fields side, List<String> known, Set<String> seen) {
    Optional<String> named = side.optional("service").filter(ServiceName::isValid);
    if (named.isPresent() && !known.contains(named.get())) {
      side.refuse("service", "the name of a service of this file", Nearest.of(named.get(), known));
      return;
    }
    String asked = named.orElse(draft.spec().name().value());
    if (side.optional("requests").isPresent() && !seen.contains(asked)) {
      side.refuse("requests", "a listener for HTTP that leads to " + asked);
    }
  }
}
