package io.mainstay.spec.build;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.ServiceSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds the shortest way from a service back to itself. */
final class CycleFinder {
  private CycleFinder() {}

  /**
   * The services of the cycle in their order, {@code start} first and last; empty if it is on none.
   * Breadth first. A service that names itself does not count.
   *
   * @param leadsTo the services that one names
   */
  static List<ServiceName> cycle(
      ServiceName start,
      Map<ServiceName, ServiceSpec> services,
      Function<ServiceSpec, List<ServiceName>> leadsTo) {
    Map<ServiceName, ServiceName> cameFrom = new HashMap<>();
    Set<ServiceName> seen = new HashSet<>();
    Deque<ServiceName> queue = new ArrayDeque<>();
    queue.add(start);
    while (!queue.isEmpty()) {
      ServiceName at = queue.remove();
      ServiceSpec spec = services.get(at);
      for (ServiceName next : spec == null ? List.<ServiceName>of() : leadsTo.apply(spec)) {
        if (next.equals(start) && !at.equals(start)) {
          return way(start, at, cameFrom);
        }
        if (!next.equals(start) && seen.add(next)) {
          cameFrom.put(next, at);
          queue.add(next);
        }
      }
    }
    return List.of();
  }

  private static List<ServiceName> way(
      ServiceName start, ServiceName last, Map<ServiceName, ServiceName> cameFrom) {
    List<ServiceName> way = new ArrayList<>();
    way.add(start);
    for (ServiceName at = last; at != null && !at.equals(start); at = cameFrom.get(at)) {
      way.add(at);
    }
    way.add(start);
    Collections.reverse(way);
    return way;
  }

  /** Such as {@code a → b → a}. */
  static String shown(List<ServiceName> cycle) {
    return cycle.stream().map(ServiceName::value).collect(Collectors.joining(" → "));
  }
}
