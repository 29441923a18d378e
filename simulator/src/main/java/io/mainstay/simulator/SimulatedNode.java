package io.mainstay.simulator;

import io.mainstay.model.NodeName;
import io.mainstay.model.scenario.Script;
import io.mainstay.model.spec.Deployment;
import io.mainstay.testkit.SeededRandomness;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One machine of the cluster with all that is on it, and at most one running server. */
final class SimulatedNode {
  private final World world;
  private final NodeName name;
  private final String host;
  private final Script.Machine what;
  private final NodeClock clock;
  private final Machine machine;
  private final Disk disk;
  private final SeededRandomness random;
  private @Nullable SimulatedServer server;
  private boolean serverFrozen;
  private boolean sends = true;
  private boolean hears = true;
  private int starts;

  SimulatedNode(
      World world,
      int number,
      int size,
      Script.Machine what,
      NodeClock clock,
      SeededRandomness random) {
    this.world = world;
    this.name = what.name();
    this.host = size == 1 ? "127.0.0.1" : "10.0.0." + number;
    this.what = what;
    this.clock = clock;
    this.random = random;
    this.machine =
        new Machine(name, number, world.time(), random.split(), world.trace(), world.sometimes());
    this.disk = new Disk(name, world.time(), world.trace(), world.sometimes());
  }

  /** Starts a server on what the last one left, if the machine is on. */
  void startServer(Optional<Deployment> file) {
    if (server == null && machine.powered) {
      world.trace().add(name + " node", "server starts");
      starts++;
      SeededRandomness own = random.split();
      SimulatedServer started =
          new SimulatedServer(world, this, own, Duration.ofMillis(own.nextInt(100, 900)));
      server = started;
      serverFrozen = false;
      freeze();
      if (!sends || !hears) {
        started.coordinator().cut();
      }
      started.start(file);
      world.lookAtQuorum();
    }
  }

  /** As {@code kill -9} does; processes go on. */
  void crashServer() {
    if (server != null) {
      world.trace().add(name + " node", "server crashes");
      server.crash();
      machine.serverGone();
      server = null;
      world.lookAtQuorum();
    }
  }

  void cutPower(Duration unsynced) {
    if (machine.powered) {
      crashServer();
      machine.cutPower();
      disk.lose(unsynced);
    }
  }

  /** The server stands still, or goes on; its processes do not care. */
  void freezeServer(boolean now) {
    world.trace().add(name + " node", now ? "server stands still" : "server goes on");
    serverFrozen = now;
    freeze();
  }

  /** The whole machine stands still, or goes on. */
  void freezeMachine(boolean now) {
    if (machine.powered) {
      machine.freeze(now);
      freeze();
    }
  }

  private void freeze() {
    if (server != null) {
      server.freeze(serverFrozen || machine.frozen);
    }
    world.lookAtQuorum();
  }

  /** The way to the coordinator is cut at once, both ways. */
  void cutCoordinator() {
    sends = false;
    hears = false;
    server().ifPresent(running -> running.coordinator().cut());
    world.lookAtQuorum();
  }

  /** Packets to or from the coordinator are lost without a word. */
  void silenceCoordinator(boolean to, boolean from) {
    sends = sends && !to;
    hears = hears && !from;
    server().ifPresent(running -> running.coordinator().silence(to, from));
    world.lookAtQuorum();
  }

  void mendCoordinator() {
    sends = true;
    hears = true;
    server().ifPresent(running -> running.coordinator().mend());
    world.lookAtQuorum();
  }

  /** Whether nothing keeps its server from speaking with the coordinator. */
  boolean isHeard() {
    return isWorking() && sends && hears;
  }

  /** Whether its server believes that it can reach the coordinator. */
  boolean isConnected() {
    return server != null && server.coordinator().isConnected();
  }

  /** Whether its server runs and does not stand still. */
  boolean isWorking() {
    return server != null && !serverFrozen && !machine.frozen;
  }

  /** Whether packets are answered by its machine. */
  boolean isOn() {
    return machine.powered && !machine.frozen;
  }

  /** Ends everything that faults did to it. */
  void heal() {
    machine.powerOn();
    disk.full = false;
    serverFrozen = false;
    freezeMachine(false);
    mendCoordinator();
    server().ifPresent(running -> running.slowness(Duration.ofMillis(5)));
  }

  Optional<SimulatedServer> server() {
    return Optional.ofNullable(server);
  }

  /** How many servers were started here. */
  int starts() {
    return starts;
  }

  NodeName name() {
    return name;
  }

  String host() {
    return host;
  }

  /** The value of its label zone; may be empty. */
  String zone() {
    return what.labels().getOrDefault("zone", "");
  }

  /** Its labels and what it offers. */
  Script.Machine what() {
    return what;
  }

  NodeClock clock() {
    return clock;
  }

  Machine machine() {
    return machine;
  }

  Disk disk() {
    return disk;
  }
}
