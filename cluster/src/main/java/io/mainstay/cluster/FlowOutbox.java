package io.mainstay.cluster;

import io.mainstay.model.state.FlowSighting;
import io.mainstay.ports.FlowSource;
import java.util.ArrayList;
import java.util.List;

/**
 * What this node saw of flows and the server that decides has not heard yet: what a lost report
 * held goes with the next one. One thread.
 */
public final class FlowOutbox {
  static final int UNSENT_MAX = 20_000;

  private final FlowSource source;
  private final List<FlowSighting> unsent = new ArrayList<>();
  private long dropped;

  /** Of this node's gateway. */
  public FlowOutbox(FlowSource source) {
    this.source = source;
  }

  /** All that is to be told now. */
  public FlowSource.Taken next() {
    FlowSource.Taken taken = source.take();
    int room = Math.max(0, UNSENT_MAX - unsent.size());
    int kept = Math.min(room, taken.sightings().size());
    unsent.addAll(taken.sightings().subList(0, kept));
    dropped += taken.dropped() + taken.sightings().size() - kept;
    return new FlowSource.Taken(unsent, dropped, taken.upTo());
  }

  /** That was heard. */
  public void delivered(FlowSource.Taken told) {
    unsent.subList(0, told.sightings().size()).clear();
    dropped -= told.dropped();
  }

  /** Nobody else is to be told: this server decides itself now, or nobody does. */
  public void clear() {
    unsent.clear();
    dropped = 0;
  }
}
