package io.mainstay.gateway.flow;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.state.FlowSighting;
import io.mainstay.ports.FlowSource;
import io.mainstay.ports.Time;
import java.util.ArrayList;
import java.util.List;

/** What all loops have seen of flows. Any thread. */
public final class FlowTaps implements FlowSource {
  private final List<LoopFlows> loops;
  private final Time time;

  /** Of these loops. */
  public FlowTaps(List<LoopFlows> loops, Time time) {
    this.loops = List.copyOf(loops);
    this.time = time;
  }

  @Override
  public Taken take() {
    MonotonicTime upTo = time.now();
    List<FlowSighting> sightings = new ArrayList<>();
    long dropped = 0;
    for (LoopFlows loop : loops) {
      dropped += loop.take(sightings);
    }
    return new Taken(sightings, dropped, upTo);
  }
}
