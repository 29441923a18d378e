package io.mainstay.ports;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.state.FlowSighting;
import java.util.List;

/** What gateways see of both sides of flows. Any thread; one who takes. */
public interface FlowSource {
  /**
   * Takes out what was seen since the last call. Bounded: what nobody takes in time is dropped and
   * counted; nothing is kept if nobody has taken for 30 s. To be called about once a second.
   */
  Taken take();

  /**
   * What was taken.
   *
   * @param sightings in no particular order
   * @param dropped how many more there were
   * @param upTo everything that was seen until then has been told by now, but for those dropped
   */
  record Taken(List<FlowSighting> sightings, long dropped, MonotonicTime upTo) {
    /** Copies the list. */
    public Taken {
      sightings = List.copyOf(sightings);
    }

    /** Of a node that saw nothing, and whose clock does not matter for that. */
    public static Taken nothing() {
      return new Taken(List.of(), 0, MonotonicTime.ZERO);
    }
  }
}
