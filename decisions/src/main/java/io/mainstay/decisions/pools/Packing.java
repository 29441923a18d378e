package io.mainstay.decisions.pools;

import io.mainstay.decisions.nodes.NodeStanding;
import io.mainstay.decisions.placement.Choice;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.decisions.placement.Placement;
import io.mainstay.decisions.placement.Request;
import io.mainstay.decisions.placement.Unplaced;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.PoolSpec;
import io.mainstay.model.state.NodeCapacity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** Tries on paper where instances would go. */
final class Packing {
  /** Numbers of instances that are only imagined. */
  private static final int IMAGINED = 1_000_000;

  private Packing() {}

  /**
   * What more nodes would bring.
   *
   * @param used imagined nodes that take something
   * @param helped instances that have a place then
   * @param left what fits on no node of the pool
   * @param capped whether more nodes than allowed would help
   */
  record Growth(int used, int helped, List<Unplaced> left, boolean capped) {}

  /** How many nodes of the pool all of this needs; {@code most} at the most. */
  static Growth growth(List<Unplaced> unplaced, PoolSpec pool, int most) {
    List<NodeView> imagined = new ArrayList<>();
    List<Unplaced> left = new ArrayList<>();
    int helped = 0;
    int number = IMAGINED;
    boolean capped = false;
    for (Unplaced wanted : unplaced) {
      int rest = wanted.count();
      while (rest > 0) {
        Request request = numbered(wanted.request(), number++);
        int at = taker(request, imagined);
        if (at < 0) {
          NodeView more = empty(pool, imagined.size());
          boolean helps = Placement.obstacle(request, more).isEmpty();
          capped |= helps && imagined.size() >= most;
          if (!helps || capped) {
            break;
          }
          imagined.add(more);
          at = imagined.size() - 1;
        }
        imagined.set(at, imagined.get(at).with(request.occupant()));
        helped++;
        rest--;
      }
      if (rest > 0) {
        left.add(new Unplaced(wanted.request(), rest, wanted.why()));
      }
    }
    return new Growth(imagined.size(), helped, left, capped);
  }

  /** Whether all that is on a node would find a place on the others. */
  static boolean fitsElsewhere(PoolNode node, List<NodeView> others) {
    List<NodeView> trial = new ArrayList<>(others);
    for (Request request : node.occupants()) {
      if (!(Placement.choose(request, trial) instanceof Choice.Placed placed)) {
        return false;
      }
      trial.replaceAll(
          other -> other.name().equals(placed.node()) ? other.with(request.occupant()) : other);
    }
    return true;
  }

  private static int taker(Request request, List<NodeView> nodes) {
    for (int i = 0; i < nodes.size(); i++) {
      if (Placement.obstacle(request, nodes.get(i)).isEmpty()) {
        return i;
      }
    }
    return -1;
  }

  private static Request numbered(Request request, int number) {
    return new Request(
        new InstanceId(request.id().service(), number), request.revision(), request.spec());
  }

  /** A node as the pool would make it. */
  static NodeView empty(PoolSpec pool, int number) {
    LinkedHashMap<String, String> labels = new LinkedHashMap<>(pool.labels());
    labels.put(PoolSpec.LABEL, pool.name());
    PoolSpec.Capacity offered = pool.capacity();
    return NodeView.of(
        new NodeName(pool.name() + "-imagined-" + number),
        labels,
        Optional.of(
            new NodeCapacity(offered.cpuCores(), offered.memoryBytes(), offered.instances())),
        NodeStanding.READY);
  }
}
