package io.mainstay.decisions.remedy;

import io.mainstay.model.spec.ServiceSpec.DisruptionBudget;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * How one service stands before anything is granted.
 *
 * @param desired instances that should serve
 * @param serving instances in the traffic now
 * @param cover ready standbys that would take the place of one that goes, by themselves and at once
 * @param restarting restarts of ours that are not finished
 * @param massFailure more than half of the instances fail their live check at once
 * @param budget the limits of the file
 * @param out who is out now and why, for the evidence
 */
public record BudgetFacts(
    int desired,
    int serving,
    int cover,
    int restarting,
    boolean massFailure,
    DisruptionBudget budget,
    SequencedMap<String, String> out) {
  /** Copies the map. */
  public BudgetFacts {
    out = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(out));
  }
}
