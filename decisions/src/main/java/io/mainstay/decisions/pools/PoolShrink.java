package io.mainstay.decisions.pools;

import io.mainstay.decisions.placement.NodeView;
import io.mainstay.decisions.pools.PoolMemory.Node;
import io.mainstay.decisions.pools.PoolMemory.Phase;
import io.mainstay.model.EventKind;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Fewer nodes: what is on one fits on the others, for long enough. */
final class PoolShrink {
  private final PoolBook book;

  PoolShrink(PoolBook book) {
    this.book = book;
  }

  /** At most one node goes at a time, the emptiest, after it was not needed for long enough. */
  void shrink() {
    boolean busy =
        book.nodes.values().stream()
                .anyMatch(node ->
                    switch (node.phase()) {
                      case LAUNCHING, PREPARING, DRAINING, LEAVING -> true;
                      case ACTIVE, DESTROYING, STUCK, GONE -> false;
                    })
            || !book.facts.unplaced().isEmpty()
            || !book.expected().isEmpty();
    int spare = book.spare();
    Optional<Node> victim = Optional.empty();
    for (Node node : List.copyOf(book.nodes.values())) {
      boolean needless =
          !busy
              && node.phase() == Phase.ACTIVE
              && book.count() > book.spec.min()
              && isNeedless(node, spare);
      Optional<MonotonicTime> since =
          needless ? Optional.of(node.idleSince().orElse(book.now)) : Optional.empty();
      Node next = new Node(node.name(), node.phase(), node.since(), since, node.begun());
      book.nodes.put(node.name(), next);
      boolean due =
          since.filter(at -> book.now.since(at).compareTo(book.spec.idle()) >= 0).isPresent();
      if (due && (victim.isEmpty() || load(next) <= load(victim.get()))) {
        victim = Optional.of(next);
      }
    }
    boolean cool =
        book.changed.filter(at -> book.now.since(at).compareTo(book.spec.cooldown()) < 0).isEmpty();
    if (victim.isPresent() && cool) {
      NodeName name = victim.get().name();
      int total = book.count();
      book.put(name, Phase.DRAINING);
      book.changed = Optional.of(book.now);
      String reason =
          "what is on it fits on the others, for " + book.spec.idle().toSeconds() + " s already";
      book.actions.add(new PoolAction.Drain(name, reason));
      book.tell(
          EventKind.POOL_SCALED,
          name,
          "pool "
              + book.spec.name()
              + " from "
              + total
              + " to "
              + (total - 1)
              + " nodes: "
              + reason);
    }
  }

  private boolean isNeedless(Node node, int spare) {
    PoolNode there = book.known(node.name());
    if (there == null || !there.present() || there.held()) {
      return false;
    }
    if (PoolBook.isEmpty(there)) {
      return spare > book.spec.warm();
    }
    if (spare < book.spec.warm()) {
      return false;
    }
    List<NodeView> others = new ArrayList<>(book.facts.others());
    for (PoolNode other : book.known()) {
      // Those that wait ready are not there to be filled by moving.
      if (other != there && !PoolBook.isEmpty(other)) {
        others.add(other.view());
      }
    }
    return Packing.fitsElsewhere(there, others);
  }

  private int load(Node node) {
    PoolNode there = book.known(node.name());
    return there == null ? 0 : there.view().occupants().size();
  }
}
