package io.mainstay.admin;

import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.ServiceName;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Events of a few kinds, counted by service: the ones that alerts are made of. Any thread. At most
 * as many services are counted as a deployment can sensibly have in its life.
 */
final class SubjectCounts {
  private static final int SERVICES_MOST = 1_000;

  private final Map<EventKind, String> names = new EnumMap<>(EventKind.class);
  private final Map<EventKind, ConcurrentSkipListMap<ServiceName, LongAdder>> counts =
      new EnumMap<>(EventKind.class);

  SubjectCounts() {
    watch(EventKind.OUTLIER_EJECTED, "mainstay_service_ejections");
    watch(EventKind.STANDBY_PROMOTED, "mainstay_service_promotions");
    watch(EventKind.INSTANCE_EXITED, "mainstay_service_exits");
    watch(EventKind.REMEDY_REFUSED, "mainstay_service_refused_remedies");
  }

  private void watch(EventKind kind, String name) {
    names.put(kind, name);
    counts.put(kind, new ConcurrentSkipListMap<>());
  }

  void count(Event event) {
    Map<ServiceName, LongAdder> services = counts.get(event.kind());
    if (services != null && event.service().isPresent() && !isOrdered(event)) {
      ServiceName service = event.service().get();
      if (services.containsKey(service) || services.size() < SERVICES_MOST) {
        services.computeIfAbsent(service, _ -> new LongAdder()).increment();
      }
    }
  }

  /** An exit that was asked for is nothing to be woken up by. */
  private static boolean isOrdered(Event event) {
    return event.evidence().getOrDefault("ordered", "false").equals("true");
  }

  void collect(MetricFamilies families) {
    names.forEach((kind, name) ->
        Objects.requireNonNull(counts.get(kind))
            .forEach((service, count) ->
                families.counter(
                    name,
                    "Events of the kind "
                        + kind.label()
                        + " since this server began, but for exits that were ordered.",
                    count.doubleValue(),
                    "service",
                    service.value())));
  }
}
