package io.mainstay.controller;

import io.mainstay.model.InstanceId;
import io.mainstay.ports.FlowQueries;
import io.mainstay.ports.FlowSource;
import io.mainstay.ports.NodeProvider;
import io.mainstay.ports.TransactionRunner;
import java.util.Optional;

/**
 * What the wiring decides.
 *
 * @param version of Mainstay, as status shows it
 * @param stands whether this node stands for leader; a witness does not, for it has no gateway to
 *     send transactions through and none that sees traffic
 * @param pushes who takes the reports of push checks
 * @param pools who makes and removes nodes; empty: pools of the file are left alone
 * @param transactions who runs transactions, with results in the controller's mailbox; empty: those
 *     of the file are not run
 * @param flows what this node's gateway sees of both sides of flows; empty: those of the file are
 *     not watched
 * @param queries who asks databases for what followed, with answers in the controller's mailbox;
 *     empty: flows that need it stay unknown
 */
public record ControllerSettings(
    String version,
    boolean stands,
    Pushes pushes,
    Optional<NodeProvider> pools,
    Optional<TransactionRunner> transactions,
    Optional<FlowSource> flows,
    Optional<FlowQueries> queries) {

  /** One that stands for leader, and has nothing to ask and nobody to order. */
  public static ControllerSettings of(String version) {
    return new ControllerSettings(
        version,
        true,
        (_, _, _) -> false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same for a node that does not stand for leader. */
  public ControllerSettings asWitness() {
    return new ControllerSettings(version, false, pushes, pools, transactions, flows, queries);
  }

  /** The same with who makes and removes nodes. */
  public ControllerSettings withPools(NodeProvider provider) {
    return new ControllerSettings(
        version, stands, pushes, Optional.of(provider), transactions, flows, queries);
  }

  /** The same with who runs transactions. */
  public ControllerSettings withTransactions(TransactionRunner runner) {
    return new ControllerSettings(
        version, stands, pushes, pools, Optional.of(runner), flows, queries);
  }

  /** Takes the reports of push checks: the agent of this node. Any thread. */
  @FunctionalInterface
  public interface Pushes {
    /** As {@link io.mainstay.ports.ControlPlane#push}. */
    boolean push(InstanceId instance, boolean passed, String message);
  }
}
