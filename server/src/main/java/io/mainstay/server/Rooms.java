package io.mainstay.server;

import io.mainstay.admin.AdminOptions;
import io.mainstay.admin.AdminPorts;
import io.mainstay.admin.AdminServer;
import io.mainstay.admin.AdminToken;
import io.mainstay.admin.ClusterAccess;
import io.mainstay.agent.Agent;
import io.mainstay.agent.AgentSettings;
import io.mainstay.business.TransactionRuns;
import io.mainstay.business.TransactionSettings;
import io.mainstay.cluster.DesiredFeed;
import io.mainstay.cluster.OwnNodeFirst;
import io.mainstay.controller.Controller;
import io.mainstay.controller.ControllerSettings;
import io.mainstay.gateway.Gateway;
import io.mainstay.gateway.GatewayOptions;
import io.mainstay.journal.DataFolder;
import io.mainstay.journal.FileInstanceJournal;
import io.mainstay.linux.ExecutorMailbox;
import io.mainstay.linux.FileSecrets;
import io.mainstay.linux.LinuxProcessHost;
import io.mainstay.linux.MachineCapacity;
import io.mainstay.linux.ScriptNodeProvider;
import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.NodeCapacity;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.ports.ControlPlane;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.MarkedCalls;
import io.mainstay.ports.NodeProvider;
import io.mainstay.ports.ServerControl;
import io.mainstay.ports.SignalSource;
import io.mainstay.ports.Time;
import io.mainstay.ports.TrafficControl;
import io.mainstay.ports.TransactionRunner;
import io.mainstay.ports.UsageSource;
import io.mainstay.probes.NetworkProber;
import io.mainstay.server.cluster.ClusterEntry;
import io.mainstay.server.cluster.ClusterRooms;
import io.mainstay.server.cluster.Coordination;
import io.mainstay.server.cluster.DrainEverywhere;
import io.mainstay.server.cluster.KnownNodes;
import io.mainstay.server.cluster.SharedProbeSecret;
import io.mainstay.server.drill.DrillRunner;
import io.mainstay.server.drill.FalseChecks;
import io.mainstay.spec.YamlSpecReader;
import io.mainstay.zookeeper.CoordinationPeer;
import io.mainstay.zookeeper.SnapshotFile;
import io.mainstay.zookeeper.ZooKeeperCoordinator;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a server consists of, wired by hand, one method a room. What was opened is closed
 * in the opposite order.
 */
final class Rooms {
  /** Name of the cluster in the coordinator: one machine is a cluster of one. */
  static final String CLUSTER = "default";

  private static final Duration CLIENTS = Duration.ofMillis(1500);

  /** Nobody drains instances that go on. */
  private static final Duration CLIENTS_OF_WHAT_STAYS = Duration.ofSeconds(10);

  private final ServerOptions options;
  private final Closing closing;

  /** What every server offers: what can be read is read here, acts go to the one that decides. */
  final ControlPlane control;

  final ExecutorMailbox serverMailbox;
  final EventWriter events;
  private final Groundwork ground;
  private final Time time;
  final Controller controller;
  private final Gateway gateway;
  private final SharedProbeSecret probeSecret;
  private final ZooKeeperCoordinator shared;
  private final Coordinator coordinator;
  private final LinuxProcessHost host;
  private final NetworkProber prober;
  private final FalseChecks checks;
  private final FileInstanceJournal entries;
  private final Agent agent;
  private Optional<Coordination> coordination = Optional.empty();
  private volatile @Nullable Controller controllerOnce;
  private final Optional<ClusterEntry> entry;
  private final KnownNodes nodes = new KnownNodes();
  private final Optional<DrainEverywhere> drains;
  private final Optional<ClusterRooms> cluster;
  private final DesiredFeed desired;
  private final TrafficRelay relay;
  private final DrillRunner drills;
  private final AdminServer adminServer;

  private Rooms(ServerOptions options, ServerControl control, Closing closing)
      throws IOException, StartFailure {
    this.options = options;
    this.closing = closing;
    this.ground = new Groundwork(options, closing);
    this.time = ground.time;
    this.serverMailbox = ground.serverMailbox;
    this.events = ground.events;
    DataFolder folder = ground.folder;
    this.relay = new TrafficRelay(events);
    this.gateway = wireGateway();
    this.probeSecret = new SharedProbeSecret(ground.randomness.nextToken(), gateway::probeSecret);
    this.entry = ClusterStart.enter(options, folder.root(), ground.codec, time.wallClock());
    this.shared = wireCoordinator(folder);
    this.coordinator = new OwnNodeFirst(shared, options.node());
    AdminToken token = AdminToken.load(folder.root());
    this.host =
        closing.with(
            new LinuxProcessHost(
                folder.root(), ground.logs, ground.agentMailbox, ground.troubles::host));
    this.prober = ground.prober(host);
    this.checks = new FalseChecks(prober, time);
    this.entries =
        new FileInstanceJournal(
            folder.instances(),
            ground.codec,
            report -> ground.troubles.journal("the instance journal", report));
    this.drains =
        entry.map(_ -> new DrainEverywhere(options.node(), gateway, nodes, serverMailbox, time));
    this.agent = wireAgent(token);
    this.cluster = entry.map(this::wireCluster);
    this.controller = wireController();
    this.controllerOnce = controller;
    this.control = cluster.map(rooms -> rooms.control(controller)).orElse(controller);
    DesiredFeed.Memory diverted =
        new KeptDiversions(folder.root(), ground.codec, ground.diskMailbox);
    this.desired = new DesiredFeed(gateway, !options.cluster().witness(), diverted);
    this.drills =
        closing.with(
            new DrillRooms(ground, host, checks)
                .runner(desired::current, controller, gateway, options.node()));
    this.drills.mendWhatIsLeft();
    this.adminServer = wireAdmin(folder, token, control);
  }

  /** Opens everything; on failure nothing is left open. */
  static Rooms open(ServerOptions options, ServerControl control) throws StartFailure {
    Closing closing = new Closing();
    try {
      return new Rooms(options, control, closing);
    } catch (IOException e) {
      closing.close();
      throw new StartFailure(String.valueOf(e.getMessage()));
    } catch (StartFailure e) {
      closing.close();
      throw e;
    }
  }

  private Gateway wireGateway() {
    return closing.with(new Gateway(GatewayOptions.defaults(), relay, time, ground.randomness));
  }

  /** Alone on this machine, or one of several; what this node's agent says goes before both. */
  private ZooKeeperCoordinator wireCoordinator(DataFolder folder) throws IOException {
    if (entry.isPresent()) {
      coordination =
          Optional.of(
              closing.with(
                  Coordination.open(
                      ClusterStart.place(options, folder.coordination(), CLUSTER, ground.codec),
                      entry.get(),
                      ground.troubles)));
      return coordination.get().coordinator();
    }
    CoordinationPeer peer =
        closing.with(new CoordinationPeer(folder.coordination(), ground.troubles));
    return closing.with(new ZooKeeperCoordinator(peer.address(), CLUSTER, ground.codec));
  }

  private Agent wireAgent(AdminToken token) {
    return new Agent(
        options.node(),
        coordinator,
        host,
        checks,
        drains.<TrafficControl>map(all -> all).orElse(gateway),
        entries,
        ground.journal,
        new FileSecrets(),
        ground.agentMailbox,
        ground.diskMailbox,
        time,
        ground.randomness,
        new AgentSettings(
            instance -> token.pushUrl(admin(), instance),
            host(),
            new LinkedHashMap<>(new TreeMap<>(System.getenv()))));
  }

  private Controller wireController() {
    Controller made =
        new Controller(
            options.node(),
            coordinator,
            cluster.<SignalSource>map(ClusterRooms::signals).orElse(gateway),
            cluster.<UsageSource>map(ClusterRooms::signals).orElse(agent),
            ground.journal,
            ground.controllerMailbox,
            time,
            ground.randomness,
            new ControllerSettings(
                Main.VERSION,
                !options.cluster().witness(),
                agent::push,
                cluster.map(this::wirePools),
                Optional.of(closing.with(new TransactionsOnDemand(this::wireTransactions))),
                Optional.of(cluster.map(ClusterRooms::flows).orElse(gateway.flows())),
                Optional.of(ground.flowQueries(host, () -> desired.current()))));
    relay.add(made.trafficObserver());
    relay.add(new StandbyThawing(agent, cluster));
    return made;
  }

  private TransactionRunner wireTransactions() {
    return new TransactionRuns(
        new TransactionSettings(
            probeSecret,
            new LinkedHashMap<>(new TreeMap<>(System.getenv())),
            ground.drivers(),
            service -> Instances.of(controller.status(), service)),
        desired::current,
        gateway::listenerAddress,
        cluster.<MarkedCalls>map(ClusterRooms::calls).orElse(gateway),
        host,
        new FileSecrets(),
        ground.controllerMailbox,
        time,
        ground.randomness);
  }

  /** Who makes the nodes of pools: the commands of the file, run here while this server leads. */
  private NodeProvider wirePools(ClusterRooms rooms) {
    return new ScriptNodeProvider(
        host, new LinkedHashMap<>(new TreeMap<>(System.getenv())), rooms::joinCommand);
  }

  private Optional<NodeName> whoLeads() {
    Controller known = controllerOnce;
    return known == null ? Optional.empty() : known.lastLeader();
  }

  private ClusterRooms wireCluster(ClusterEntry in) {
    return closing.with(
        new ClusterRooms(
            in,
            options.node(),
            new Address(in.host(), options.admin().port()),
            new ClusterRooms.Outside(
                nodes,
                () -> whoLeads(),
                () -> coordination.filter(Coordination::carries).isPresent(),
                gateway,
                gateway,
                agent,
                gateway.flows(),
                gateway,
                ground.codec,
                serverMailbox,
                ground.diskMailbox,
                time,
                prober,
                agent::thawStandby,
                drains.orElseThrow(),
                probeSecret,
                (kind, reason, evidence) -> events.write(kind, Actor.SYSTEM, reason, evidence))));
  }

  /** What this machine says of itself. */
  private NodeRecord record() {
    return new NodeRecord(
        options.node(),
        host(),
        new Address(host(), admin().port()),
        options.cluster().labels(),
        options.cluster().witness() ? new NodeCapacity(0, 0, 0) : MachineCapacity.read(),
        Main.VERSION,
        UUID.randomUUID().toString(),
        time.wallClock());
  }

  /** Where other machines reach this one; on one machine it is itself. */
  private String host() {
    return entry.map(ClusterEntry::host).orElse("127.0.0.1");
  }

  private AdminServer wireAdmin(DataFolder folder, AdminToken token, ServerControl server)
      throws IOException {
    AdminOptions to =
        new AdminOptions(
            options.admin(),
            options.node(),
            Main.VERSION,
            folder.root(),
            options.baseDirectory(),
            token);
    AdminPorts inside =
        new AdminPorts(
            control,
            drills,
            new YamlSpecReader(),
            ground.journal,
            ground.logs,
            gateway,
            gateway,
            server,
            this::snapshot);
    if (cluster.isEmpty()) {
      return closing.with(AdminServer.start(to, inside));
    }
    ClusterAccess access = cluster.get().access(controller, coordination.orElseThrow(), time);
    closing.with(AdminServer.startSecure(to, inside, access));
    return closing.with(AdminServer.start(to, inside, Optional.of(access)));
  }

  private byte[] snapshot() throws IOException {
    String whose = entry.map(ClusterEntry::clusterId).orElse(options.node().value());
    return SnapshotFile.write(
        SnapshotFile.take(shared, whose, time.wallClock(), ground.codec), ground.codec);
  }

  /** Where the API listens. */
  Address admin() {
    return adminServer.address();
  }

  /** Serves with what is known: the file, and the instances that an earlier run left. */
  void begin(Optional<Deployment> deployment) {
    desired.begin(deployment);
    agent.start();
    controller.start();
    coordinator.subscribe(serverMailbox, desired);
    coordinator.register(record());
    cluster.ifPresent(rooms -> rooms.begin(coordinator, serverMailbox));
    new ClockWatch(time, serverMailbox, reason -> events.write(EventKind.CLOCK_STEPPED, reason))
        .start();
  }

  /**
   * Ends in order.
   *
   * @param keepInstances whether instances go on
   * @param hurry when it is counted down, waiting for instances ends
   */
  void end(boolean keepInstances, CountDownLatch hurry, Consumer<List<InstanceId>> left)
      throws InterruptedException {
    // What a rehearsal stopped must answer the requests that it still has, and its stop signal.
    drills.close();
    controller.close();
    gateway.stopAccepting();
    awaitClients(keepInstances ? CLIENTS_OF_WHAT_STAYS : CLIENTS, hurry);
    CountDownLatch stopped = new CountDownLatch(1);
    if (keepInstances) {
      agent.leaveRunning(stopped::countDown);
    } else {
      agent.stopAll(left, stopped::countDown);
    }
    while (!stopped.await(100, TimeUnit.MILLISECONDS)) {
      if (!keepInstances && hurry.await(0, TimeUnit.MILLISECONDS)) {
        agent.killAll();
      }
    }
    closing.close();
  }

  /**
   * What clients have sent, or are sending on a connection that they keep, is answered while the
   * instances still serve; those that take longer are drained with their instance.
   */
  private void awaitClients(Duration atMost, CountDownLatch hurry) throws InterruptedException {
    long end = time.now().plus(atMost).nanos();
    while (gateway.leavingConnections() > 0
        && time.now().nanos() - end < 0
        && !hurry.await(10, TimeUnit.MILLISECONDS)) {
      // Looked at again.
    }
  }
}
