package io.mainstay.decisions.pools;

import io.mainstay.decisions.placement.Choice;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.decisions.placement.Placement;
import io.mainstay.decisions.placement.Request;
import io.mainstay.decisions.placement.Unplaced;
import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.PoolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What will fit nowhere by the time that a node made now would be there. */
public final class Forecast {
  /** Numbers of instances that are only expected. */
  private static final int EXPECTED = 2_000_000;

  private Forecast() {}

  /**
   * What one service will want.
   *
   * @param request one instance more
   * @param wanted how many should serve now
   * @param most how many there may be
   * @param trend where it leads
   */
  public record Demand(Request request, int wanted, int most, WantedTrend trend) {}

  /**
   * Tries on paper to place what will be wanted more.
   *
   * @param nodes with what is on them now
   */
  static List<Unplaced> unplaced(List<Demand> demands, List<NodeView> nodes, Duration horizon) {
    List<NodeView> trial = new ArrayList<>(nodes);
    List<Unplaced> unplaced = new ArrayList<>();
    int number = EXPECTED;
    for (Demand demand : demands) {
      int more =
          Math.min(demand.trend().ahead(demand.wanted(), horizon), demand.most() - demand.wanted());
      for (int i = 0; i < more; i++) {
        Request of = demand.request();
        Request request =
            new Request(new InstanceId(of.id().service(), number++), of.revision(), of.spec());
        Choice choice = Placement.choose(request, trial);
        if (choice instanceof Choice.Nowhere why) {
          unplaced.add(new Unplaced(request, more - i, why));
          break;
        }
        if (choice instanceof Choice.Placed placed) {
          trial.replaceAll(
              node -> node.name().equals(placed.node()) ? node.with(request.occupant()) : node);
        }
      }
    }
    return unplaced;
  }

  /** Those that no node of the pool could take: they are left for another pool. */
  public static List<Demand> without(List<Demand> demands, PoolSpec pool) {
    NodeView empty = Packing.empty(pool, 0);
    return demands.stream()
        .filter(demand -> Placement.obstacle(demand.request(), empty).isPresent())
        .toList();
  }
}
