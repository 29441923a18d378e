package io.mainstay.server.cluster;

import io.mainstay.admin.ClusterAccess;
import io.mainstay.cluster.EndpointFeed;
import io.mainstay.cluster.GatheredFlows;
import io.mainstay.cluster.GatheredSignals;
import io.mainstay.cluster.NodeTrials;
import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.PoolSpec;
import io.mainstay.ports.ClusterControl;
import io.mainstay.ports.ControlPlane;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.FlowSource;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.MarkedCalls;
import io.mainstay.ports.ModelCodec;
import io.mainstay.ports.NodeProvider;
import io.mainstay.ports.NodeReport;
import io.mainstay.ports.Prober;
import io.mainstay.ports.SignalSource;
import io.mainstay.ports.Time;
import io.mainstay.ports.TrafficControl;
import io.mainstay.ports.UsageSource;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What a server has since it is one of several, wired by hand. */
public final class ClusterRooms implements AutoCloseable {
  private final ClusterEntry entry;
  private final NodeLink link;
  private final LeaderAddress leader;
  private final EndpointFeed endpoints;
  private final GatheredSignals signals;
  private final GatheredFlows flows;
  private final MarkedCalls ownCalls;
  private final GatheredCalls calls;
  private final SignalSender sender;
  private final KnownNodes nodes;
  private final CertificateKeeper certificates;
  private final NodeTrials trials;
  private final RemoteThawing thawing;
  private final BiConsumer<ServiceName, String> thaw;
  private final ModelCodec codec;
  private final SharedProbeSecret probeSecret;
  private final Address api;
  private volatile Optional<ClusterDesk> desk = Optional.empty();

  /**
   * What it needs of the rest of the server.
   *
   * @param nodes told from {@link #begin} on
   * @param whoLeads as far as known; asked on any thread
   * @param carries whether this server carries the coordination; asked on any thread
   * @param flows what this node's gateway sees of them
   * @param calls what it sees of the requests of transactions
   * @param mailbox for what others tell
   * @param disk for what may wait for the disk
   * @param prober asks instances of nodes whose session is gone
   * @param thaw has this node's agent thaw a standby
   * @param drains what this node's agent drains by
   * @param probeSecret by what gateways know requests of our own
   * @param news hears what became of certificates
   */
  public record Outside(
      KnownNodes nodes,
      Supplier<Optional<NodeName>> whoLeads,
      BooleanSupplier carries,
      TrafficControl traffic,
      SignalSource signals,
      UsageSource usage,
      FlowSource flows,
      MarkedCalls calls,
      ModelCodec codec,
      Mailbox mailbox,
      Mailbox disk,
      Time time,
      Prober prober,
      BiConsumer<ServiceName, String> thaw,
      DrainEverywhere drains,
      SharedProbeSecret probeSecret,
      CertificateKeeper.News news) {}

  /**
   * Wires it up; nothing is sent before {@link #begin}.
   *
   * @param api where other machines reach this server's API
   */
  public ClusterRooms(ClusterEntry entry, NodeName node, Address api, Outside outside) {
    this.entry = entry;
    this.api = api;
    this.codec = outside.codec();
    this.probeSecret = outside.probeSecret();
    this.nodes = outside.nodes();
    this.link = new NodeLink(entry.tls().context());
    this.leader = new LeaderAddress(node, outside.whoLeads(), nodes);
    this.endpoints = new EndpointFeed(node, outside.traffic());
    this.thaw = outside.thaw();
    outside.drains().askBy(new DrainLink(link, codec));
    this.thawing = new RemoteThawing(node, nodes, new ThawLink(link, codec), outside.mailbox());
    this.trials = new NodeTrials(node, outside.prober(), outside.mailbox(), outside.time());
    this.signals =
        new GatheredSignals(node, outside.signals(), outside.usage(), trials, outside.time());
    this.flows = new GatheredFlows(outside.flows(), outside.time());
    this.ownCalls = outside.calls();
    this.calls = new GatheredCalls(node, ownCalls, nodes, new CallsLink(link, codec));
    this.sender =
        new SignalSender(
            node,
            outside.signals(),
            outside.usage(),
            trials,
            outside.flows(),
            leader,
            link,
            codec,
            probeSecret,
            outside.mailbox());
    this.certificates =
        new CertificateKeeper(
            node,
            entry,
            outside.carries(),
            nodes,
            leader,
            new RenewalLink(link, codec),
            outside.news(),
            outside.disk(),
            outside.time());
  }

  /** The traffic through all gateways; for whoever decides. */
  public GatheredSignals signals() {
    return signals;
  }

  /** This node's gateway wants a warm standby: one of another node, if there is none here. */
  public void standbyWanted(ServiceName service, String reason) {
    thawing.wanted(service, reason);
  }

  /** What all gateways see of flows; for whoever decides. */
  public FlowSource flows() {
    return flows;
  }

  /** What all gateways see of the requests of transactions; for whoever decides. */
  public MarkedCalls calls() {
    return calls;
  }

  private void accept(NodeReport report) {
    signals.accept(report);
    flows.accept(report);
  }

  /** The control plane that any server offers. */
  public ControlPlane control(ControlPlane own) {
    return new LeaderControlPlane(own, leader, link, codec);
  }

  /** How the API is reached from other machines. */
  public ClusterAccess access(ControlPlane own, ClusterDesk.Servers servers, Time time) {
    ClusterDesk made =
        new ClusterDesk(
            entry,
            codec,
            api,
            servers,
            nodes,
            new JoinForwarding(link, codec),
            thaw,
            signals,
            this::accept,
            ownCalls,
            probeSecret,
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
    coordinator.subscribe(mailbox, nodes);
    coordinator.subscribe(mailbox, endpoints);
    coordinator.subscribe(mailbox, trials);
    coordinator.subscribe(mailbox, thawing);
    sender.start();
    certificates.start();
  }

  @Override
  public void close() {
    link.close();
  }
}
