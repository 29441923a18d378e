package io.mainstay.simulator;

import io.mainstay.agent.Agent;
import io.mainstay.agent.AgentSettings;
import io.mainstay.cluster.DesiredFeed;
import io.mainstay.cluster.EndpointFeed;
import io.mainstay.cluster.GatheredSignals;
import io.mainstay.cluster.NodeTrials;
import io.mainstay.cluster.OwnNodeFirst;
import io.mainstay.controller.Controller;
import io.mainstay.controller.ControllerSettings;
import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Operation;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.NodeReport;
import io.mainstay.testkit.MemoryCoordinator;
import io.mainstay.testkit.SeededRandomness;
import io.mainstay.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One run of a server, from its start to its crash: the production controller, agent and feeds,
 * wired to simulated ports as the real server wires them to real ones.
 */
final class SimulatedServer {
  private static final Duration APPLY_AGAIN = Duration.ofMillis(200);

  private final World world;
  private final VirtualTime time;
  private final SimulatedNode node;
  private final List<NodeMailbox> boxes = new ArrayList<>();
  private final NodeMailbox diskBox;
  private final NodeMailbox serverBox;
  private final Agent agent;
  private final Controller controller;
  private final SimulatedGateway gateway;
  private final DesiredFeed desired;
  private final Optional<GatheredSignals> gathered;
  private final ReportSender sender;
  private final NodeTrials trials;
  private final MemoryCoordinator client;
  private final Coordinator coordinator;
  private final SeededRandomness notices;
  private final String bootId;
  private Duration slowness = Duration.ofMillis(5);
  private MonotonicTime diskGoesOn;

  SimulatedServer(World world, SimulatedNode node, SeededRandomness random, Duration boot) {
    this.world = world;
    this.node = node;
    time = world.time();
    diskGoesOn = time.now();
    NodeMailbox agentBox = box(node.clock());
    diskBox = box(node.clock());
    NodeMailbox controllerBox = box(node.clock());
    serverBox = box(node.clock());
    gateway = new SimulatedGateway(world, node, box(node.clock()), random.split());
    desired = new DesiredFeed(world.variation().desiredTraffic(gateway));
    bootId = random.nextToken();
    client = world.ensemble().connect();
    beSlow(boot, random.split());
    notices = random.split();
    Coordinator witnessed = new WitnessedCoordinator(client, world, node.name());
    coordinator = new OwnNodeFirst(witnessed, node.name());
    Variation variation = world.variation();
    NodeMailbox hostBox = box(NodeClock.exact(time));
    agent =
        new Agent(
            node.name(),
            variation.agentCoordinator(coordinator, node.name()),
            variation.host(
                new SimulatedProcessHost(
                    node.machine(),
                    time,
                    random.split(),
                    agentBox,
                    hostBox,
                    world.trace(),
                    world.sometimes())),
            new SimulatedProber(node.machine(), time, random.split(), agentBox, world.sometimes()),
            variation.traffic(gateway),
            node.disk(),
            variation.events(node.disk()),
            world.surroundings()::secret,
            variation.agentMailbox(agentBox),
            new StallingDisk(),
            node.clock(),
            random.split(),
            new AgentSettings(
                "http://127.0.0.1:7070", node.host(), world.surroundings().environment()));
    // Its own numbers: who is tried must not change what else is drawn.
    trials =
        new NodeTrials(
            node.name(),
            new TrialProber(world, node, new SeededRandomness(trialSeed()), serverBox),
            serverBox,
            node.clock());
    gathered =
        world.nodes().size() == 1
            ? Optional.empty()
            : Optional.of(new GatheredSignals(node.name(), gateway, agent, trials, node.clock()));
    controller =
        new Controller(
            node.name(),
            variation.controllerCoordinator(coordinator),
            variation.signals(gathered.isPresent() ? gathered.get() : gateway),
            gathered.isPresent() ? gathered.get() : agent,
            variation.events(node.disk()),
            controllerBox,
            node.clock(),
            random.split(),
            ControllerSettings.of("simulated")
                .withTransactions(
                    new SimulatedTransactions(
                        world, node, gateway, new SeededRandomness(trialSeed()), controllerBox)));
    sender = new ReportSender(world, node.name(), gateway, agent, trials, this::leader, serverBox);
    gateway.observe(controller.trafficObserver());
    gateway.observe(new Thawing(agent));
  }

  private long trialSeed() {
    return 1_000L * node.starts() + world.nodes().size();
  }

  private NodeMailbox box(NodeClock clock) {
    NodeMailbox box = new NodeMailbox(time, clock);
    boxes.add(box);
    return box;
  }

  private void beSlow(Duration boot, SeededRandomness delays) {
    MonotonicTime booted = time.now().plus(boot);
    client.delay(() -> {
      Duration rest = booted.since(time.now());
      Duration usual = slowness.multipliedBy((long) (delays.nextDouble() * 100)).dividedBy(100);
      return rest.isNegative() ? usual : rest;
    });
  }

  /** Begins as {@code mainstay up} does, or, without a file, as {@code mainstay join}. */
  void start(Optional<Deployment> file) {
    desired.begin(file);
    agent.start();
    controller.start();
    coordinator.subscribe(serverBox, desired);
    coordinator.register(record());
    if (gathered.isPresent()) {
      coordinator.subscribe(serverBox, new EndpointFeed(node.name(), gateway));
      coordinator.subscribe(serverBox, trials);
      sender.start();
    }
    file.ifPresent(this::begin);
  }

  private NodeRecord record() {
    return new NodeRecord(
        node.name(),
        node.host(),
        new Address(node.host(), 7070),
        node.what().labels(),
        node.what().capacity(),
        "simulated",
        bootId,
        node.clock().wallClock());
  }

  /** Applies the file as soon as somebody decides; goes on trying until then. */
  void begin(Deployment file) {
    submit(
        new Command.Begin(file, "file of the start"),
        Actor.SYSTEM,
        result -> {
          if (!(result instanceof CommandResult.Accepted accepted)
              || accepted.operation().state() == Operation.State.FAILED) {
            serverBox.after(APPLY_AGAIN, () -> begin(file));
          }
        });
  }

  /** What is asked of this server; one that does not lead hands it on to the one that does. */
  void submit(Command command, Actor actor, Consumer<CommandResult> done) {
    Optional<NodeName> other = leader().filter(name -> !name.equals(node.name()));
    if (other.isEmpty()) {
      submitHere(command, actor, done);
      return;
    }
    world.sometimes().saw(Sometimes.State.COMMAND_FORWARDED);
    CommandCall call = new CommandCall(serverBox, done);
    world
        .messages()
        .send(
            node.name(),
            other.get(),
            server -> server.submitHere(command, actor, call::result),
            call::answer);
  }

  private void submitHere(Command command, Actor actor, Consumer<CommandResult> done) {
    var _ = controller.submit(command, actor).thenAccept(done);
  }

  /** The end without a word: processes go on, everything in memory is gone. */
  void crash() {
    boxes.forEach(NodeMailbox::close);
    client.abandon();
  }

  /** Stands still from now on, or goes on. */
  void freeze(boolean now) {
    boxes.forEach(box -> box.freeze(now));
    if (now) {
      client.freeze();
    } else {
      client.thaw(Duration.ofMillis(notices.nextInt(0, 1_000)));
    }
  }

  /** Who leads, as far as this server knows. */
  Optional<NodeName> leader() {
    return controller.status().leader();
  }

  /** Another server reports; refused by one that does not lead. */
  void report(NodeReport report) {
    if (leader().filter(node.name()::equals).isPresent()) {
      serverBox.post(() -> gathered.ifPresent(all -> all.accept(report)));
    }
  }

  /** What others ask of this server is done in this mailbox. */
  NodeMailbox box() {
    return serverBox;
  }

  /** Writes to the disk wait that long. */
  void stallDisk(Duration duration) {
    diskGoesOn = time.now().plus(duration);
  }

  /** How long messages to the coordinator take at most. */
  void slowness(Duration most) {
    slowness = most;
  }

  SimulatedGateway gateway() {
    return gateway;
  }

  Controller controller() {
    return controller;
  }

  MemoryCoordinator coordinator() {
    return client;
  }

  /** What is posted while it stands still is done afterwards, in order. */
  private final class StallingDisk implements Mailbox {
    @Override
    public void post(Runnable task) {
      after(Duration.ZERO, task);
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
      Duration stall = diskGoesOn.since(time.now());
      return diskBox.after(stall.compareTo(delay) > 0 ? stall : delay, task);
    }
  }
}
