package io.mainstay.decisions.pools;

import io.mainstay.decisions.nodes.NodeNews;
import io.mainstay.decisions.placement.Unplaced;
import io.mainstay.decisions.pools.PoolMemory.Node;
import io.mainstay.decisions.pools.PoolMemory.Phase;
import io.mainstay.model.EventKind;
import io.mainstay.model.NodeName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** More nodes: for what fits nowhere, for those that wait ready, and up to the lower bound. */
final class PoolGrowth {
  private static final Duration SETTLE = Duration.ofSeconds(5);

  private static final String CAPPED = "capped";

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
    int most = Math.max(0, book.spec.max() - book.existing()) + coming + book.draining().size();
    Packing.Growth now = Packing.growth(book.facts.unplaced(), book.spec, most);
    List<Unplaced> all = new ArrayList<>(book.facts.unplaced());
    all.addAll(book.expected());
    Packing.Growth growth = Packing.growth(all, book.spec, most);
    int warm = Math.max(0, book.spec.warm() - spare);
    int wanted = Math.max(growth.used() + warm - coming, book.spec.min() - total);
    int released = 0;
    for (Node node : book.draining()) {
      if (wanted > 0 && (growth.used() > coming || total < book.spec.min())) {
        book.put(node.name(), Phase.ACTIVE);
        book.actions.add(new PoolAction.Release(node.name(), "it is needed after all"));
        wanted--;
        total++;
        released++;
      }
    }
    int launch = Math.min(wanted, book.spec.max() - book.existing());
    int wantedNow = Math.max(now.used() + warm - coming - released, book.spec.min() - total);
    if (now.capped() || book.spec.max() - book.existing() < wantedNow) {
      capped();
    } else if (coming > 0
        && !book.facts.unplaced().isEmpty()
        && book.before.told().contains(CAPPED)) {
      // What comes is not filled yet: the same lack, which was told.
      book.told.add(CAPPED);
    }
    if (launch > 0 && book.retryAt.filter(at -> book.now.compareTo(at) < 0).isEmpty()) {
      launch(launch, total, now.helped(), growth.helped() - now.helped(), warm);
    }
    return now.left();
  }

  private void launch(int count, int total, int helped, int expected, int warm) {
    for (int i = 0; i < count; i++) {
      NodeName name = book.free();
      book.begin(name);
      book.actions.add(new PoolAction.Create(name));
    }
    book.changed = Optional.of(book.now);
    LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("pool", book.spec.name());
    evidence.put("from", String.valueOf(total));
    evidence.put("to", String.valueOf(total + count));
    evidence.put("fit-nowhere", String.valueOf(helped));
    evidence.put("expected", String.valueOf(expected));
    book.launch.ifPresent(time -> evidence.put("launch-takes", time.toSeconds() + " s"));
    evidence.put("min", String.valueOf(book.spec.min()));
    evidence.put("max", String.valueOf(book.spec.max()));
    evidence.put("warm-missing", String.valueOf(warm));
    String why =
        helped > 0
            ? helped + " instances fit nowhere"
            : expected > 0
                ? expected
                    + " more instances will fit nowhere by the time that a node takes to come"
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

  private void capped() {
    book.told.add(CAPPED);
    if (!book.before.told().contains(CAPPED)) {
      LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
      evidence.put("pool", book.spec.name());
      evidence.put("max", String.valueOf(book.spec.max()));
      book.news.add(
          new NodeNews(
              EventKind.SCALE_CLAMPED,
              Optional.empty(),
              "pool "
                  + book.spec.name()
                  + ": more nodes are needed, and "
                  + book.spec.max()
                  + " is the most",
              evidence));
    }
  }
}
