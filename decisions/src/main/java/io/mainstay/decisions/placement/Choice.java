package io.mainstay.decisions.placement;

import io.mainstay.model.NodeName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Where one more instance goes, or why nowhere. */
public sealed interface Choice {
  /**
   * It fits.
   *
   * @param node there
   * @param reason one sentence
   * @param evidence what mattered
   */
  record Placed(NodeName node, String reason, SequencedMap<String, String> evidence)
      implements Choice {
    /** Copies the evidence. */
    public Placed {
      evidence = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(evidence));
    }
  }

  /**
   * It fits nowhere.
   *
   * @param obstacles by node, in their order; empty: there are no nodes at all
   */
  record Nowhere(SequencedMap<NodeName, Obstacle> obstacles) implements Choice {
    /** Copies the map. */
    public Nowhere {
      obstacles = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(obstacles));
    }

    /** One sentence: how many nodes for which cause, the most frequent first. */
    public String reason() {
      if (obstacles.isEmpty()) {
        return "there is no node";
      }
      EnumMap<Obstacle.Cause, Integer> counts = new EnumMap<>(Obstacle.Cause.class);
      obstacles.values().forEach(obstacle -> counts.merge(obstacle.cause(), 1, Integer::sum));
      List<Map.Entry<Obstacle.Cause, Integer>> sorted = new ArrayList<>(counts.entrySet());
      sorted.sort(Map.Entry.<Obstacle.Cause, Integer>comparingByValue().reversed());
      String text =
          String.join(
              ", ",
              sorted.stream().map(one -> one.getValue() + ": " + one.getKey().label()).toList());
      return "none of " + obstacles.size() + " nodes can take it (" + text + ")";
    }
  }
}
