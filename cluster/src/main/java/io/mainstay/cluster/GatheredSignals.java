package io.mainstay.cluster;

import io.mainstay.decisions.signals.SignalMerge;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.ports.NodeReport;
import io.mainstay.ports.SignalSource;
import io.mainstay.ports.Time;
import io.mainstay.ports.UsageSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The traffic through all gateways as one: this node's own, and what others reported last. A node
 * that falls silent is held for a while, so that a lost report never looks like less load; after
 * that its gateway is taken to be gone. Any thread.
 */
public final class GatheredSignals implements SignalSource, UsageSource {
  /** Longer than an election and a reconnect; shorter than any wish to scale down acts. */
  static final Duration HELD = Duration.ofSeconds(30);

  /** Some reports may be lost. */
  private static final Duration EVIDENCE_HELD = Duration.ofSeconds(2);

  private final NodeName self;
  private final SignalSource ownSignals;
  private final UsageSource ownUsage;
  private final Supplier<List<NodeName>> ownTrials;
  private final Time time;
  private final ConcurrentHashMap<NodeName, Heard> others = new ConcurrentHashMap<>();

  /** What a node said, and when. */
  private record Heard(NodeReport report, MonotonicTime at) {}

  /** Adds what others report to this node's own, which tries nobody. */
  public GatheredSignals(NodeName self, SignalSource ownSignals, UsageSource ownUsage, Time time) {
    this(self, ownSignals, ownUsage, List::of, time);
  }

  /**
   * Adds what others report to this node's own.
   *
   * @param ownTrials nodes without session that answer this one
   */
  public GatheredSignals(
      NodeName self,
      SignalSource ownSignals,
      UsageSource ownUsage,
      Supplier<List<NodeName>> ownTrials,
      Time time) {
    this.self = self;
    this.ownSignals = ownSignals;
    this.ownUsage = ownUsage;
    this.ownTrials = ownTrials;
    this.time = time;
  }

  /** Takes a report in; it replaces the node's last one. */
  public void accept(NodeReport report) {
    others.put(report.node(), new Heard(report, time.now()));
  }

  @Override
  public List<ServiceSignals> signals() {
    return merged(held());
  }

  @Override
  public List<ServiceSignals> fresh() {
    MonotonicTime now = time.now();
    return merged(
        others.values().stream()
            .filter(heard -> now.since(heard.at()).compareTo(EVIDENCE_HELD) <= 0)
            .map(Heard::report)
            .toList());
  }

  private List<ServiceSignals> merged(List<NodeReport> reports) {
    TreeMap<NodeName, List<ServiceSignals>> all = new TreeMap<>();
    reports.forEach(report -> all.put(report.node(), report.signals()));
    all.put(self, ownSignals.signals());
    return SignalMerge.merge(all);
  }

  /** The traffic through this node's gateway alone. */
  public List<ServiceSignals> ownSignals() {
    return ownSignals.signals();
  }

  /** As heard just now: what a node saw before it fell silent itself proves nothing. */
  @Override
  public List<NodeName> answering() {
    MonotonicTime now = time.now();
    TreeSet<NodeName> nodes = new TreeSet<>(ownTrials.get());
    for (Heard heard : others.values()) {
      if (now.since(heard.at()).compareTo(EVIDENCE_HELD) <= 0) {
        nodes.addAll(heard.report().answering());
      }
    }
    return List.copyOf(nodes);
  }

  @Override
  public List<Usage> usage() {
    List<Usage> all = new ArrayList<>(ownUsage.usage());
    held().forEach(report -> all.addAll(report.usage()));
    all.sort(Comparator.comparing(Usage::instance));
    return all;
  }

  private List<NodeReport> held() {
    MonotonicTime now = time.now();
    others.values().removeIf(heard -> now.since(heard.at()).compareTo(HELD) > 0);
    return others.values().stream()
        .map(Heard::report)
        .sorted(Comparator.comparing(NodeReport::node))
        .toList();
  }
}
