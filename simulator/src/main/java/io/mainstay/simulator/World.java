package io.mainstay.simulator;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.scenario.Script;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.NodeCapacity;
import io.mainstay.model.state.NodePresence;
import io.mainstay.testkit.MemoryEnsemble;
import io.mainstay.testkit.SeededRandomness;
import io.mainstay.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Everything of one simulation: the machines with their disks and servers, what lies between them,
 * and the shared state. Time passes only by {@link #step}.
 */
final class World {
  private final VirtualTime time = new VirtualTime();
  private final Trace trace;
  private final Sometimes sometimes = new Sometimes();
  private final Notes notes = new Notes();
  private final SeededRandomness random;
  private final MemoryEnsemble ensemble = new MemoryEnsemble(time);
  private final Links links = new Links();
  private final List<SimulatedNode> nodes = new ArrayList<>();
  private final Scenario scenario;
  private final Variation variation;
  private final Surroundings surroundings;
  private final Clients clients;
  private final Messages messages;
  private final Elections elections;
  private final Quorum quorum;
  private final Calm calm = new Calm(this);
  private Deployment deployment;

  /** A world that is drawn from its seed. */
  World(long seed, int size, Variation variation, int keptLines) {
    this(
        seed,
        variation,
        keptLines,
        random -> new Scenario(random, size),
        random -> drawnMachines(size, random),
        Surroundings.NONE);
  }

  /** A world of which a script says what is in it; load and troubles come from elsewhere. */
  World(Script script, Deployment deployment, Surroundings surroundings) {
    this(
        script.seed(),
        Variation.NONE,
        0,
        _ -> new Scenario(deployment),
        _ -> script.machines(),
        surroundings);
    nodes.forEach(node -> node.machine().habits.putAll(script.habits()));
  }

  private World(
      long seed,
      Variation variation,
      int keptLines,
      Function<SeededRandomness, Scenario> drawnScenario,
      Function<SeededRandomness, List<Script.Machine>> machines,
      Surroundings surroundings) {
    this.trace = new Trace(time, keptLines);
    this.random = new SeededRandomness(seed);
    this.variation = variation;
    this.surroundings = surroundings;
    this.scenario = drawnScenario.apply(random.split());
    this.deployment = scenario.deployment();
    this.clients = new Clients(this, random.split());
    this.messages = new Messages(this, random.split());
    this.quorum = new Quorum(this, random.split());
    this.elections = new Elections(this);
    List<Script.Machine> all = machines.apply(random);
    for (Script.Machine machine : all) {
      nodes.add(
          new SimulatedNode(
              this, nodes.size() + 1, all.size(), machine, clock(all.size()), random.split()));
    }
    variation.ensemble(ensemble);
  }

  private static List<Script.Machine> drawnMachines(int size, SeededRandomness random) {
    int zones = size < 3 ? 0 : random.nextInt(0, 4);
    List<Script.Machine> machines = new ArrayList<>();
    for (int number = 1; number <= size; number++) {
      SequencedMap<String, String> labels = new LinkedHashMap<>();
      if (zones > 0) {
        labels.put("zone", "zone-" + (char) ('a' + number % zones));
      }
      machines.add(
          new Script.Machine(
              new NodeName("n" + number), labels, new NodeCapacity(8, 16L << 30, 100)));
    }
    return machines;
  }

  /** One machine alone has a clock that is right; there is nobody to compare it with. */
  private NodeClock clock(int size) {
    return size == 1
        ? NodeClock.exact(time)
        : new NodeClock(
            time,
            random.nextInt(0, 1_000_000) * 1_000_000L,
            1 + random.nextInt(-200, 201) / 1_000_000.0);
  }

  /** Starts all servers, the first one with the file, and the clients. */
  void begin() {
    nodes.forEach(this::startServer);
    clients.begin();
  }

  /** Starts all servers, and gives the first one the file when it sees the others. */
  void beginTogether() {
    if (nodes.size() == 1) {
      begin();
      return;
    }
    nodes.forEach(node -> node.startServer(Optional.empty()));
    beginWhenAllAreThere();
  }

  private void beginWhenAllAreThere() {
    long present = ensemble.state().nodes().stream().filter(NodePresence::present).count();
    if (present == nodes.size() && ensemble.leader().isPresent()) {
      nodes.getFirst().server().ifPresent(server -> server.begin(deployment));
    } else {
      time.schedule(Duration.ofMillis(50), this::beginWhenAllAreThere);
    }
  }

  /** Starts a server on what the last one there left. */
  void startServer(SimulatedNode node) {
    boolean hasFile = node == nodes.getFirst();
    node.startServer(hasFile ? Optional.of(deployment) : Optional.empty());
  }

  /** The file has changed. */
  void deployment(Deployment newer) {
    deployment = newer;
  }

  /** Runs the next event; false if there is none. */
  boolean step() {
    notes.clear();
    for (SimulatedNode node : nodes) {
      node.machine().stops.clear();
    }
    boolean more = time.step();
    calm.look();
    return more;
  }

  Calm calm() {
    return calm;
  }

  /** A client finds some gateway that is there. */
  void arrive(ServiceName service, String method) {
    arrive(service, method, _ -> {});
  }

  /** The same; the client is told how its request ended. Answers where it arrived, if anywhere. */
  Optional<SimulatedServer> arrive(
      ServiceName service, String method, Consumer<SimulatedRequest.Answer> answered) {
    List<SimulatedNode> able = nodes.stream().filter(SimulatedNode::isWorking).toList();
    if (able.isEmpty()) {
      return Optional.empty();
    }
    SimulatedNode node =
        able.size() == 1 ? able.getFirst() : able.get(random.nextInt(0, able.size()));
    node.server().ifPresent(server -> server.gateway().arrive(service, method, answered));
    return node.server();
  }

  /** What a machine reaches over the network. */
  Reach reachOf(SimulatedNode from) {
    return new Reach() {
      @Override
      public MonotonicTime now() {
        return time.now();
      }

      @Override
      public boolean answers(NodeName to) {
        return from.name().equals(to)
            || (node(to).isOn() && links.passes(from.name(), to) && links.passes(to, from.name()));
      }

      @Override
      public Optional<SimulatedProcess> at(NodeName to, int port) {
        return node(to).machine().at(port);
      }
    };
  }

  /** The server that decides, by the word of the shared state; empty if it is dead. */
  Optional<SimulatedServer> decider() {
    return ensemble.leader().flatMap(name -> node(name).server());
  }

  SimulatedNode node(NodeName name) {
    for (SimulatedNode node : nodes) {
      if (node.name().equals(name)) {
        return node;
      }
    }
    throw new IllegalArgumentException("no node " + name);
  }

  List<SimulatedNode> nodes() {
    return nodes;
  }

  /** All processes of which something is left, machine by machine. */
  List<SimulatedProcess> processes() {
    return nodes.size() == 1
        ? nodes.getFirst().machine().groups()
        : nodes.stream().flatMap(node -> node.machine().groups().stream()).toList();
  }

  /** Grows with every start and end of a process. */
  long machineChanges() {
    long changes = 0;
    for (SimulatedNode node : nodes) {
      changes += node.machine().changes();
    }
    return changes;
  }

  /** Something changed that may decide whether the shared state can be written. */
  void lookAtQuorum() {
    quorum.look();
  }

  Quorum quorum() {
    return quorum;
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

  MemoryEnsemble ensemble() {
    return ensemble;
  }

  Links links() {
    return links;
  }

  Messages messages() {
    return messages;
  }

  Elections elections() {
    return elections;
  }

  Scenario scenario() {
    return scenario;
  }

  Surroundings surroundings() {
    return surroundings;
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
