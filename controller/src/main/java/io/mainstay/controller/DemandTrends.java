package io.mainstay.controller;

import io.mainstay.decisions.placement.Request;
import io.mainstay.decisions.pools.Forecast.Demand;
import io.mainstay.decisions.pools.WantedTrend;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.ServiceRevision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the wanted counts of the services lead. Memory only, as all trends of a leader. */
final class DemandTrends {
  private Map<ServiceName, WantedTrend> trends = new LinkedHashMap<>();

  void forget() {
    trends = new LinkedHashMap<>();
  }

  /** Takes the present counts in; answers what each service will want, in file order. */
  List<Demand> look(Published published, MonotonicTime now) {
    Map<ServiceName, WantedTrend> next = new LinkedHashMap<>();
    List<Demand> demands = new ArrayList<>();
    published
        .services()
        .forEach((name, state) -> {
          Optional<ServiceRevision> wanted = state.view().wanted();
          if (wanted.isEmpty() || !(wanted.get().spec().workload() instanceof Workload.Run)) {
            return;
          }
          int count = state.memory().desired().orElse(0);
          WantedTrend trend = trends.getOrDefault(name, WantedTrend.EMPTY).seen(count, now);
          next.put(name, trend);
          Request one =
              new Request(new InstanceId(name, 1), wanted.get().revision(), wanted.get().spec());
          demands.add(new Demand(one, count, wanted.get().spec().replicas().max(), trend));
        });
    trends = next;
    return demands;
  }
}
