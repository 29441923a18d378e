package io.mainstay.spec.build;

import io.mainstay.model.spec.Expansion;
import io.mainstay.model.spec.Workload.EnvironmentValue;
import io.mainstay.spec.yaml.Place;
import io.mainstay.spec.yaml.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Brings the variables of a service into an order in which each comes behind those that it names,
 * so that the file may have them in any order. Otherwise the order of the file is kept. A variable
 * that names itself means the one of Mainstay's own environment, as in {@code PATH:
 * "/opt/bin:${PATH}"}; a longer way from a name back to itself is an error.
 */
final class EnvironmentOrder {
  private static final int NESTING_MAX = 100;

  private final SequencedMap<String, EnvironmentValue> values;
  private final Map<String, Place> places;
  private final String path;
  private final Problems problems;
  private final SequencedMap<String, EnvironmentValue> ordered = new LinkedHashMap<>();
  private final List<String> way = new ArrayList<>();

  private EnvironmentOrder(
      SequencedMap<String, EnvironmentValue> values,
      Map<String, Place> places,
      String path,
      Problems problems) {
    this.values = values;
    this.places = places;
    this.path = path;
    this.problems = problems;
  }

  /**
   * The same variables, reordered.
   *
   * @param places of the names in the file
   * @param path of the mapping
   * @param problems gets each cycle once
   */
  static SequencedMap<String, EnvironmentValue> of(
      SequencedMap<String, EnvironmentValue> values,
      Map<String, Place> places,
      String path,
      Problems problems) {
    EnvironmentOrder order = new EnvironmentOrder(values, places, path, problems);
    values.keySet().forEach(order::visit);
    return order.ordered;
  }

  /** Depth first: what is named comes first. */
  private void visit(String name) {
    EnvironmentValue value = values.get(name);
    if (value == null || ordered.containsKey(name)) {
      return;
    }
    way.add(name);
    for (String named : names(value)) {
      int at = way.indexOf(named);
      if (at < 0 && way.size() >= NESTING_MAX) {
        refuse(way.getFirst(), "names of names at most " + NESTING_MAX + " deep");
        break;
      } else if (at < 0) {
        visit(named);
      } else if (at < way.size() - 1) {
        refuse(way.subList(at, way.size()));
      }
    }
    way.removeLast();
    ordered.put(name, value);
  }

  private static List<String> names(EnvironmentValue value) {
    return switch (value) {
      case EnvironmentValue.Text text -> Expansion.names(text.text());
      case EnvironmentValue.FromFile file -> Expansion.names(file.path().toString());
      case EnvironmentValue.FromCommand command ->
          command.command().stream().flatMap(word -> Expansion.names(word).stream()).toList();
    };
  }

  private void refuse(List<String> cycle) {
    StringBuilder shown = new StringBuilder();
    for (String name : cycle) {
      shown.append(name).append(" (").append(position(name)).append(") → ");
    }
    refuse(cycle.getFirst(), "no cycle, not " + shown + cycle.getFirst());
  }

  private void refuse(String name, String expected) {
    problems.add(
        places.getOrDefault(name, Place.START),
        Problems.below(path, name),
        name,
        expected,
        Optional.empty());
  }

  private String position(String name) {
    Place place = places.getOrDefault(name, Place.START);
    return place.line() + ":" + place.column();
  }
}
