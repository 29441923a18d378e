package io.mainstay.ports;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.ServiceSignals;
import java.time.Duration;
import java.util.List;

/**
 * What the gateway and the agent of one node tell the server that decides, several times a second
 * and never through the coordinator: it is worth nothing a moment later.
 *
 * @param node whose
 * @param signals what the traffic through its gateway says
 * @param usage what its instances use
 * @param answering nodes without session of which an instance just answered it
 * @param silent nodes whose instances it asks without an answer
 * @param flows what its gateway saw of flows, by its own clock, up to when this was sent
 */
public record NodeReport(
    NodeName node,
    List<ServiceSignals> signals,
    List<UsageSource.Usage> usage,
    List<NodeName> answering,
    List<Silence> silent,
    FlowSource.Taken flows) {
  /**
   * One that does not answer.
   *
   * @param node whose instances are asked
   * @param lasts since the first question without an answer, at least 0
   */
  public record Silence(NodeName node, Duration lasts) {}

  /** Copies the lists. */
  public NodeReport {
    signals = List.copyOf(signals);
    usage = List.copyOf(usage);
    answering = List.copyOf(answering);
    silent = List.copyOf(silent);
  }

  /** Without flows. */
  public NodeReport(
      NodeName node,
      List<ServiceSignals> signals,
      List<UsageSource.Usage> usage,
      List<NodeName> answering,
      List<Silence> silent) {
    this(node, signals, usage, answering, silent, FlowSource.Taken.nothing());
  }

  /**
   * What the server that decides says to a report.
   *
   * @param probeSecret by what gateways know requests of our own
   */
  public record Heard(String probeSecret) {
    @Override
    public String toString() {
      return "Heard[]";
    }
  }
}
