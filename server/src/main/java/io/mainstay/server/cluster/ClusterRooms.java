package io.mainstay.server.cluster;

import io.mainstay.admin.ClusterAccess;
import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.PoolSpec;
import io.mainstay.ports.ClusterControl;
import io.mainstay.ports.ControlPlane;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.ModelCodec;
import io.mainstay.ports.NodeProvider;
import io.mainstay.ports.SignalSource;
import io.mainstay.ports.Time;
import io.mainstay.ports.TrafficControl;
import io.mainstay.ports.UsageSource;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/** What a server has since it is one of several, wired by hand. */
public final class ClusterRooms implements AutoCloseable {
  private final ClusterEntry entry;
  private final NodeLink link;
  private final LeaderAddress leader;
  private final EndpointFeed endpoints;
  private final GatheredSignals signals;
  private final SignalSender sender;
  private final ModelCodec codec;
  private final Address api;
  private volatile Optional<ClusterDesk> desk = Optional.empty();

  /**
   * Wires it up; nothing is sent before {@link #begin}.
   *
   * @param api where other machines reach this server's API
   * @param whoLeads as far as known; asked on any thread
   */
  public ClusterRooms(
      ClusterEntry entry,
      NodeName node,
      Address api,
      Supplier<Optional<NodeName>> whoLeads,
      TrafficControl traffic,
      SignalSource ownSignals,
      UsageSource ownUsage,
      ModelCodec codec,
      Mailbox mailbox,
      Time time) {
    this.entry = entry;
    this.api = api;
    this.codec = codec;
    this.link = new NodeLink(entry.tls().context());
    this.leader = new LeaderAddress(node, whoLeads);
    this.endpoints = new EndpointFeed(node, traffic);
    this.signals = new GatheredSignals(node, ownSignals, ownUsage, time);
    this.sender = new SignalSender(node, ownSignals, ownUsage, leader, link, codec, mailbox);
  }

  /** The traffic through all gateways; for whoever decides. */
  public GatheredSignals signals() {
    return signals;
  }

  /** The control plane that any server offers. */
  public ControlPlane control(ControlPlane own) {
    return new LeaderControlPlane(own, leader, link, codec);
  }

  /** How the API is reached from other machines. */
  public ClusterAccess access(ControlPlane own, ClusterDesk.Servers servers, Time time)
      throws IOException {
    ClusterDesk made =
        new ClusterDesk(
            entry.folder(),
            codec,
            entry.authority(),
            api,
            servers,
            signals,
            leader::isSelf,
            own,
            time);
    desk = Optional.of(made);
    return new ClusterAccess(api, entry.tls().context(), made, codec);
  }

  /**
   * The command by which a node of a pool joins, with a token that lives as long as its launch may
   * take. Any thread.
   *
   * @throws IllegalStateException if this server cannot issue tokens
   */
  public String joinCommand(NodeProvider.Order order) {
    PoolSpec pool = order.pool();
    ClusterControl.IssuedToken token =
        desk.orElseThrow(() -> new IllegalStateException("the API is not up yet"))
            .issueToken(pool.launchTimeout(), Actor.SYSTEM);
    StringBuilder command =
        new StringBuilder("mainstay join " + token.server() + " --token " + token.text())
            .append(" --node " + order.node())
            .append(" --label " + PoolSpec.LABEL + "=" + pool.name());
    pool.labels()
        .forEach((label, value) -> command.append(" --label '" + label + "=" + value + "'"));
    return command.toString();
  }

  /** Begins to hear of the others, and to report. */
  public void begin(Coordinator coordinator, Mailbox mailbox) {
    coordinator.subscribe(mailbox, leader);
    coordinator.subscribe(mailbox, endpoints);
    sender.start();
  }

  @Override
  public void close() {
    link.close();
  }
}
