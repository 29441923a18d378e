package io.mainstay.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What was measured of one way to lose a machine. */
final class NodeLossFigures {
  final List<Double> gapEdge = new ArrayList<>();
  final List<Double> gapOthers = new ArrayList<>();
  final List<Double> off = new ArrayList<>();
  final List<Double> slow = new ArrayList<>();
  final List<Double> started = new ArrayList<>();
  final List<Double> serving = new ArrayList<>();
  final List<Double> clean = new ArrayList<>();
  final Map<String, Integer> reasons = new TreeMap<>();
  long requests;
  long getFailed;
  long postFailed;
  long cut;
  int broken;

  /** Median and worst of those that there are; with how many are missing. */
  static String both(List<Double> values) {
    List<Double> known = values.stream().filter(value -> !value.isNaN()).toList();
    if (known.isEmpty()) {
      return "none";
    }
    double worst = known.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    String pattern = worst >= 100 ? "%.0f / %.0f" : "%.2f / %.2f";
    int missing = values.size() - known.size();
    return String.format(Locale.ROOT, pattern, Table.median(known), worst)
        + (missing > 0 ? " (" + missing + " none)" : "");
  }
}
