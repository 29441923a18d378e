package io.mainstay.spec.build;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import io.mainstay.spec.build.DeploymentBuilder.ListenerDraft;
import io.mainstay.spec.build.DeploymentBuilder.ServiceDraft;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whether a fallback can answer what its service is asked. */
final class FallbackChecks {
  /** Each node is told of every service that it runs, pages included, in one message. */
  private static final int PAGES_MAX = 256 * 1024;

  private FallbackChecks() {}

  /** Notes fallbacks that cannot. */
  static void check(List<ServiceDraft> services, List<ListenerDraft> listeners) {
    Map<ServiceName, ServiceSpec> byName = new HashMap<>();
    services.forEach(draft -> byName.put(draft.spec().name(), draft.spec()));
    List<ServiceName> raw = new ArrayList<>();
    for (ListenerDraft listener : listeners) {
      if (listener.spec().protocol() == ListenerSpec.Protocol.TCP) {
        raw.addAll(NameChecks.targets(listener.spec()));
      }
    }
    long pages = 0;
    for (ServiceDraft draft : services) {
      switch (draft.spec().business().fallback().orElse(null)) {
        case null -> {}
        case Fallback.ToService to -> {
          ServiceSpec target = byName.get(to.service());
          if (target != null) {
            target(draft, target);
          }
        }
        case Fallback.Answer answer -> {
          if (raw.contains(draft.spec().name()) || isTcp(draft.spec())) {
            draft
                .fields()
                .refuse("fallback", "a service: to bytes that are not HTTP there is no answer");
          }
          pages +=
              answer
                  .page()
                  .map(page -> page.text().getBytes(StandardCharsets.UTF_8).length)
                  .orElse(0);
          if (pages > PAGES_MAX) {
            draft
                .fields()
                .refuse("fallback", "pages of at most " + PAGES_MAX / 1024 + "KiB in one file");
            pages = 0;
          }
        }
      }
    }
  }

  private static void target(ServiceDraft draft, ServiceSpec target) {
    if (target.port() instanceof PortPolicy.None && target.workload() instanceof Workload.Run) {
      draft.fields().refuse("fallback", "a service with a port");
    } else if (isTcp(target) && !isTcp(draft.spec())) {
      draft.fields().refuse("fallback", "a service that speaks HTTP, as this one does");
    }
  }

  private static boolean isTcp(ServiceSpec spec) {
    return spec.protocol() == ServiceSpec.Protocol.TCP;
  }

  /** The service that one falls back to, if it is one. */
  static List<ServiceName> next(ServiceSpec spec) {
    return spec.business().fallback().orElse(null) instanceof Fallback.ToService to
        ? List.of(to.service())
        : List.of();
  }
}
