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
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

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
  private final Trials ownTrials;
  private final Time time;
  private final ConcurrentHashMap<NodeName, Heard> others = new ConcurrentHashMap<>();

  /** What this node's own questions to the instances of others say. Any thread. */
  public interface Trials {
    /** Of a node that asks nobody. */
    Trials NONE =
        new Trials() {
          @Override
          public List<NodeName> answering() {
            return List.of();
          }

          @Override
          public List<NodeReport.Silence> silent() {
            return List.of();
          }
        };

    /** The nodes of which an instance answered just now, sorted. */
    List<NodeName> answering();

    /** The nodes of which none answers, sorted. */
    List<NodeReport.Silence> silent();
  }

  /** What a node said, and when. */
  private record Heard(NodeReport report, MonotonicTime at) {}

  /** Adds what others report to this node's own, which tries nobody. */
  public GatheredSignals(NodeName self, SignalSource ownSignals, UsageSource ownUsage, Time time) {
    this(self, ownSignals, ownUsage, Trials.NONE, time);
  }

  /**
   * Adds what others report to this node's own.
   *
   * @param ownTrials who answers this node
   */
  public GatheredSignals(
      NodeName self, SignalSource ownSignals, UsageSource ownUsage, Trials ownTrials, Time time) {
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
    TreeSet<NodeName> nodes = new TreeSet<>(ownTrials.answering());
    for (Heard heard : others.values()) {
      if (now.since(heard.at()).compareTo(EVIDENCE_HELD) <= 0) {
        nodes.addAll(heard.report().answering());
      }
    }
    return List.copyOf(nodes);
  }

  /** Whoever says nothing of a node may have answers from it. */
  @Override
  public Duration silence(NodeName node, Collection<NodeName> askers) {
    MonotonicTime now = time.now();
    Duration shortest = ChronoUnit.FOREVER.getDuration();
    for (NodeName asker : askers) {
      List<NodeReport.Silence> said = asker.equals(self) ? ownTrials.silent() : silent(asker, now);
      Duration lasts =
          said.stream()
              .filter(silence -> silence.node().equals(node))
              .map(NodeReport.Silence::lasts)
              .findFirst()
              .orElse(Duration.ZERO);
      shortest = lasts.compareTo(shortest) < 0 ? lasts : shortest;
    }
    return askers.isEmpty() ? Duration.ZERO : shortest;
  }

  private List<NodeReport.Silence> silent(NodeName asker, MonotonicTime now) {
    Heard heard = others.get(asker);
    return heard != null && now.since(heard.at()).compareTo(EVIDENCE_HELD) <= 0
        ? heard.report().silent()
        : List.of();
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
