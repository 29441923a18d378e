package io.mainstay.cluster;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.FlowSighting;
import io.mainstay.ports.FlowSource;
import io.mainstay.ports.NodeReport;
import io.mainstay.ports.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What all gateways see of flows, as one: one side of a flow may go through this node, and the
 * other through another one. Reports of a node that is late are waited for; while one is missing,
 * it counts as if something was dropped, so that nobody is accused. Any thread.
 */
public final class GatheredFlows implements FlowSource {
  /** Reports come twice a second; some may be lost, and come with the next one. */
  static final Duration WAIT = Duration.ofSeconds(2);

  /** A node that was silent for that long does not report any more. */
  static final Duration GONE = Duration.ofSeconds(30);

  static final int PENDING_MAX = 200_000;

  private final FlowSource own;
  private final Time time;
  private final Map<NodeName, MonotonicTime> heard = new HashMap<>();
  private List<FlowSighting> pending = new ArrayList<>();
  private long dropped;

  /** Adds what others report to what this node's gateway sees. */
  public GatheredFlows(FlowSource own, Time time) {
    this.own = own;
    this.time = time;
  }

  /** Takes in what a node saw; its times are brought to this node's clock. */
  public synchronized void accept(NodeReport report) {
    MonotonicTime now = time.now();
    heard.put(report.node(), now);
    Taken flows = report.flows();
    dropped += flows.dropped();
    for (FlowSighting seen : flows.sightings()) {
      if (pending.size() >= PENDING_MAX) {
        dropped++;
        continue;
      }
      MonotonicTime at =
          new MonotonicTime(now.nanos() - (flows.upTo().nanos() - seen.time().nanos()));
      pending.add(
          new FlowSighting(seen.flow(), seen.side(), at, seen.outcome(), seen.key(), seen.text()));
    }
  }

  @Override
  public synchronized Taken take() {
    Taken taken = own.take();
    heard.values().removeIf(at -> taken.upTo().since(at).compareTo(GONE) > 0);
    if (heard.isEmpty() && pending.isEmpty() && dropped == 0) {
      return taken;
    }
    List<FlowSighting> all = new ArrayList<>(taken.sightings());
    all.addAll(pending);
    long missing =
        heard.values().stream().filter(at -> taken.upTo().since(at).compareTo(WAIT) > 0).count();
    Taken gathered =
        new Taken(
            all,
            taken.dropped() + dropped + missing,
            new MonotonicTime(taken.upTo().nanos() - WAIT.toNanos()));
    pending = new ArrayList<>();
    dropped = 0;
    return gathered;
  }
}
