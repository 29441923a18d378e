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
    Pushes pushes,
    Optional<NodeProvider> pools,
    Optional<TransactionRunner> transactions,
    Optional<FlowSource> flows,
    Optional<FlowQueries> queries) {
  /** Settings without anybody who asks databases. */
  public ControllerSettings(
      String version,
      Pushes pushes,
      Optional<NodeProvider> pools,
      Optional<TransactionRunner> transactions,
      Optional<FlowSource> flows) {
    this(version, pushes, pools, transactions, flows, Optional.empty());
  }

  /** Settings without flows. */
  public ControllerSettings(
      String version,
      Pushes pushes,
      Optional<NodeProvider> pools,
      Optional<TransactionRunner> transactions) {
    this(version, pushes, pools, transactions, Optional.empty());
  }

  /** Settings without anybody who runs transactions. */
  public ControllerSettings(String version, Pushes pushes, Optional<NodeProvider> pools) {
    this(version, pushes, pools, Optional.empty());
  }

  /** Settings without anybody who makes nodes. */
  public ControllerSettings(String version, Pushes pushes) {
    this(version, pushes, Optional.empty());
  }

  /** Settings without push checks. */
  public static ControllerSettings of(String version) {
    return new ControllerSettings(version, (_, _, _) -> false);
  }

  /** Takes the reports of push checks: the agent of this node. Any thread. */
  @FunctionalInterface
  public interface Pushes {
    /** As {@link io.mainstay.ports.ControlPlane#push}. */
    boolean push(InstanceId instance, boolean passed, String message);
  }
}
