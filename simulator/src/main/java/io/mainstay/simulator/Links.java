package io.mainstay.simulator;

import io.mainstay.model.NodeName;
import java.util.Comparator;
import java.util.TreeSet;

/** Which packets get lost between the machines, each way for itself. */
final class Links {
  private final TreeSet<Way> blocked = new TreeSet<>();

  private record Way(NodeName from, NodeName to) implements Comparable<Way> {
    private static final Comparator<Way> ORDER =
        Comparator.comparing(Way::from).thenComparing(Way::to);

    @Override
    public int compareTo(Way other) {
      return ORDER.compare(this, other);
    }
  }

  void block(NodeName from, NodeName to) {
    blocked.add(new Way(from, to));
  }

  void open(NodeName from, NodeName to) {
    blocked.remove(new Way(from, to));
  }

  void openAll() {
    blocked.clear();
  }

  boolean passes(NodeName from, NodeName to) {
    return from.equals(to) || !blocked.contains(new Way(from, to));
  }
}
