package io.mainstay.simulator;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.testkit.MemoryEnsemble;
import io.mainstay.testkit.SeededRandomness;
import io.mainstay.testkit.VirtualTime;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything of one simulation: the machine, its disk, the shared state, and at most one running
 * server. Time passes only by {@link #step}.
 */
final class World {
  private final VirtualTime time = new VirtualTime();
  private final Trace trace;
  private final Sometimes sometimes = new Sometimes();
  private final Notes notes = new Notes();
  private final SeededRandomness random;
  private final Machine machine;
  private final Disk disk;
  private final MemoryEnsemble ensemble = new MemoryEnsemble(time);
  private final Scenario scenario;
  private final Variation variation;
  private final Clients clients;
  private @Nullable SimulatedServer server;
  private Deployment deployment;
  private int serverStarts;

  World(long seed, Variation variation, int keptLines) {
    this.trace = new Trace(time, keptLines);
    this.random = new SeededRandomness(seed);
    this.variation = variation;
    this.scenario = new Scenario(random.split());
    this.machine = new Machine(time, random.split(), trace, sometimes);
    this.disk = new Disk(trace, sometimes);
    this.deployment = scenario.deployment();
    this.clients = new Clients(this, random.split());
  }

  /** Starts the first server and the clients. */
  void begin() {
    startServer();
    clients.begin();
  }

  /** Starts a server on what the last one left. */
  void startServer() {
    if (server == null) {
      trace.add("world", "server starts");
      serverStarts++;
      SeededRandomness own = random.split();
      SimulatedServer started =
          new SimulatedServer(this, own, Duration.ofMillis(own.nextInt(100, 900)));
      server = started;
      started.start(deployment);
    }
  }

  void crashServer() {
    if (server != null) {
      trace.add("world", "server crashes");
      server.crash();
      machine.serverGone();
      server = null;
    }
  }

  /** Hands a changed file to the server. */
  void apply(Deployment newer) {
    deployment = newer;
    server().ifPresent(running -> running.apply(newer, result -> {}));
  }

  /** Runs the next event; false if there is none. */
  boolean step() {
    notes.clear();
    return time.step();
  }

  void arrive(ServiceName service, String method) {
    server().ifPresent(running -> running.gateway().arrive(service, method));
  }

  Optional<SimulatedServer> server() {
    return Optional.ofNullable(server);
  }

  int serverStarts() {
    return serverStarts;
  }

  Deployment deployment() {
    return deployment;
  }

  VirtualTime time() {
    return time;
  }

  Trace trace() {
    return trace;
  }

  Sometimes sometimes() {
    return sometimes;
  }

  Notes notes() {
    return notes;
  }

  Machine machine() {
    return machine;
  }

  Disk disk() {
    return disk;
  }

  MemoryEnsemble ensemble() {
    return ensemble;
  }

  Scenario scenario() {
    return scenario;
  }

  Variation variation() {
    return variation;
  }

  Clients clients() {
    return clients;
  }

  /** A source of numbers of its own for one more component. */
  SeededRandomness split() {
    return random.split();
  }
}
