package io.mainstay.decisions.fleet;

import io.mainstay.decisions.placement.NodeView;
import io.mainstay.decisions.placement.Unplaced;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.ServiceRevision;
import java.util.List;

/**
 * What one pass decided for one service: complete and printable.
 *
 * @param memory for the next pass
 * @param entries what is wanted of each instance from now on, sorted by id
 * @param revisions every revision that an entry refers to
 * @param facts what to tell, in order
 * @param notes what {@code explain} is to show
 * @param nodes with everything in its place, for the next service of the pass
 * @param unplaced what fits nowhere
 */
public record ServiceOutcome(
    ServiceMemory memory,
    List<Entry> entries,
    List<ServiceRevision> revisions,
    List<Fact> facts,
    List<Note> notes,
    List<NodeView> nodes,
    List<Unplaced> unplaced) {
  /** Copies the lists. */
  public ServiceOutcome {
    entries = List.copyOf(entries);
    revisions = List.copyOf(revisions);
    facts = List.copyOf(facts);
    notes = List.copyOf(notes);
    nodes = List.copyOf(nodes);
    unplaced = List.copyOf(unplaced);
  }

  /**
   * One instance.
   *
   * @param node where
   * @param assignment what is wanted
   * @param fact index of the fact that led to a change of it; -1: it is as before
   */
  public record Entry(NodeName node, Assignment assignment, int fact) {}
}
