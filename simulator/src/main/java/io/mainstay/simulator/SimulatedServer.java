package io.mainstay.simulator;

import io.mainstay.agent.Agent;
import io.mainstay.agent.AgentSettings;
import io.mainstay.controller.Controller;
import io.mainstay.controller.ControllerSettings;
import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.TrafficObserver;
import io.mainstay.testkit.MemoryCoordinator;
import io.mainstay.testkit.SeededRandomness;
import io.mainstay.testkit.VirtualMailbox;
import io.mainstay.testkit.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * One run of a server, from its start to its crash: the production controller and agent, wired to
 * simulated ports as the real server wires them to real ones.
 */
final class SimulatedServer {
  static final NodeName NODE = new NodeName("n1");

  private final VirtualTime time;
  private final VirtualMailbox agentBox;
  private final VirtualMailbox diskBox;
  private final VirtualMailbox controllerBox;
  private final Agent agent;
  private final Controller controller;
  private final SimulatedGateway gateway;
  private final MemoryCoordinator coordinator;
  private Duration slowness = Duration.ofMillis(5);
  private MonotonicTime diskGoesOn;

  SimulatedServer(World world, SeededRandomness random, Duration boot) {
    time = world.time();
    diskGoesOn = time.now();
    agentBox = time.mailbox("agent");
    diskBox = time.mailbox("disk");
    controllerBox = time.mailbox("controller");
    gateway =
        new SimulatedGateway(
            world.machine(), time, random.split(), world.trace(), world.sometimes(), world.notes());
    coordinator = world.ensemble().connect();
    MonotonicTime booted = time.now().plus(boot);
    SeededRandomness delays = random.split();
    coordinator.delay(() -> {
      Duration rest = booted.since(time.now());
      Duration usual = slowness.multipliedBy((long) (delays.nextDouble() * 100)).dividedBy(100);
      return rest.isNegative() ? usual : rest;
    });
    Variation variation = world.variation();
    agent =
        new Agent(
            NODE,
            variation.agentCoordinator(coordinator),
            variation.host(
                new SimulatedProcessHost(
                    world.machine(),
                    time,
                    random.split(),
                    agentBox,
                    world.trace(),
                    world.sometimes())),
            new SimulatedProber(world.machine(), time, random.split(), agentBox, world.sometimes()),
            variation.traffic(gateway),
            world.disk(),
            variation.events(world.disk()),
            path -> {
              throw new IOException("no such file: " + path);
            },
            variation.agentMailbox(agentBox),
            new StallingDisk(),
            time,
            random.split(),
            new AgentSettings("http://127.0.0.1:7070", "127.0.0.1", new LinkedHashMap<>()));
    controller =
        new Controller(
            NODE,
            variation.controllerCoordinator(coordinator),
            gateway,
            agent,
            variation.events(world.disk()),
            controllerBox,
            time,
            random.split(),
            ControllerSettings.of("simulated"));
    gateway.observe(controller.trafficObserver());
    gateway.observe(new Thawing());
  }

  void start(Deployment deployment) {
    gateway.configure(deployment);
    agent.start();
    controller.start();
    submit(new Command.Apply(deployment, "file of the start"), Actor.SYSTEM, result -> {});
  }

  /** As an operator does. */
  void apply(Deployment deployment, java.util.function.Consumer<CommandResult> done) {
    gateway.configure(deployment);
    submit(new Command.Apply(deployment, "a newer file"), Actor.operator("sim"), done);
  }

  void submit(Command command, Actor actor, java.util.function.Consumer<CommandResult> done) {
    var _ = controller.submit(command, actor).thenAccept(done);
  }

  /** The end without a word: processes go on, everything in memory is gone. */
  void crash() {
    agentBox.close();
    diskBox.close();
    controllerBox.close();
    gateway.close();
    coordinator.close();
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
    return coordinator;
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

  /** The wiring between gateway and agent. */
  private final class Thawing implements TrafficObserver {
    @Override
    public void standbyPromoted(InstanceId standby, InstanceId inPlaceOf, String reason) {}

    @Override
    public void standbyWanted(ServiceName service, String reason) {
      agent.thawStandby(service, reason);
    }

    @Override
    public void ejected(
        InstanceId instance,
        long generation,
        Duration duration,
        String reason,
        SequencedMap<String, String> evidence) {}

    @Override
    public void restored(InstanceId instance, long generation, String reason) {}

    @Override
    public void listenerOpened(String listener, String address) {}

    @Override
    public void listenerFailed(String listener, String address, String reason) {}

    @Override
    public void listenerClosed(String listener, String reason) {}
  }
}
