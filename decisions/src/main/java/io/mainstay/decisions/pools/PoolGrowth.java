package io.mainstay.decisions.pools;

import io.mainstay.decisions.nodes.NodeNews;
import io.mainstay.decisions.placement.Unplaced;
import io.mainstay.decisions.pools.PoolMemory.Node;
import io.mainstay.decisions.pools.PoolMemory.Phase;
import io.mainstay.model.EventKind;
import io.mainstay.model.NodeName;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** More nodes: for what fits nowhere, for those that wait ready, and up to the lower bound. */
final class PoolGrowth {
  private static final Duration SETTLE = Duration.ofSeconds(5);

  private final PoolBook book;

  PoolGrowth(PoolBook book) {
    this.book = book;
  }

  /** Launches what is needed; answers what this pool cannot help. */
  List<Unplaced> grow() {
    int total = book.count();
    int coming = 0;
    int spare = 0;
    for (Node node : book.nodes.values()) {
      boolean comes = node.phase() == Phase.LAUNCHING || node.phase() == Phase.PREPARING;
      coming += comes ? 1 : 0;
      PoolNode there = book.known(node.name());
      boolean empty = node.phase() == Phase.ACTIVE && there != null && PoolBook.isEmpty(there);
      boolean free = there != null && empty && there.view().standing().closed().isEmpty();
      // What has just become free is not filled yet.
      boolean fresh = empty && book.now.since(node.since()).compareTo(SETTLE) < 0;
      coming += fresh ? 1 : 0;
      spare += free && !fresh ? 1 : 0;
    }
    // What was drained and is there still is the cheapest node.
    int most = Math.max(0, book.spec.max() - book.nodes.size()) + coming + book.draining().size();
    Packing.Growth growth = Packing.growth(book.facts.unplaced(), book.spec, most);
    int warm = Math.max(0, book.spec.warm() - spare);
    int wanted = Math.max(growth.used() + warm - coming, book.spec.min() - total);
    for (Node node : book.draining()) {
      if (wanted > 0 && (growth.used() > coming || total < book.spec.min())) {
        book.put(node.name(), Phase.ACTIVE);
        book.actions.add(new PoolAction.Release(node.name(), "it is needed after all"));
        wanted--;
        total++;
      }
    }
    int launch = Math.min(wanted, book.spec.max() - book.nodes.size());
    if (growth.capped() || launch < wanted) {
      capped(total);
    }
    if (launch > 0 && book.retryAt.filter(at -> book.now.compareTo(at) < 0).isEmpty()) {
      launch(launch, total, growth, warm);
    }
    return growth.left();
  }

  private void launch(int count, int total, Packing.Growth growth, int warm) {
    for (int i = 0; i < count; i++) {
      NodeName name = book.free();
      book.put(name, Phase.LAUNCHING);
      book.actions.add(new PoolAction.Create(name));
    }
    book.changed = Optional.of(book.now);
    LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("pool", book.spec.name());
    evidence.put("from", String.valueOf(total));
    evidence.put("to", String.valueOf(total + count));
    evidence.put("fit-nowhere", String.valueOf(growth.helped()));
    evidence.put("min", String.valueOf(book.spec.min()));
    evidence.put("max", String.valueOf(book.spec.max()));
    evidence.put("warm-missing", String.valueOf(warm));
    String why =
        growth.helped() > 0
            ? growth.helped() + " instances fit nowhere"
            : warm > 0
                ? "one more should wait ready"
                : "at least " + book.spec.min() + " should be there";
    book.news.add(
        new NodeNews(
            EventKind.POOL_SCALED,
            Optional.empty(),
            "pool "
                + book.spec.name()
                + ": from "
                + total
                + " to "
                + (total + count)
                + " nodes: "
                + why,
            evidence));
  }

  private void capped(int total) {
    book.told.add("capped");
    if (!book.before.told().contains("capped")) {
      LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
      evidence.put("pool", book.spec.name());
      evidence.put("max", String.valueOf(book.spec.max()));
      book.news.add(
          new NodeNews(
              EventKind.SCALE_CLAMPED,
              Optional.empty(),
              "pool " + book.spec.name() + ": more nodes are needed, and " + total + " is the most",
              evidence));
    }
  }
}
