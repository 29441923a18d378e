package io.mainstay.benchmarks;

import io.mainstay.controller.Controller;
import io.mainstay.controller.ControllerSettings;
import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.NodeCapacity;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.model.state.Status.ServiceStatus;
import io.mainstay.ports.SpecReader;
import io.mainstay.ports.UsageSource;
import io.mainstay.spec.YamlSpecReader;
import io.mainstay.testkit.MemoryCoordinator;
import io.mainstay.testkit.MemoryEnsemble;
import io.mainstay.testkit.MemoryEventJournal;
import io.mainstay.testkit.SeededRandomness;
import io.mainstay.testkit.VirtualMailbox;
import io.mainstay.testkit.VirtualTime;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The controller over 500 nodes with ten instances each, in virtual time: what a pass costs, what
 * follows from the loss of a node, and how much is written. Agents are played: what is assigned is
 * ready a second later. Arguments: {@code PASSES}.
 */
public final class FleetPass {
  private static final int NODES = 500;
  private static final int SERVICES = 500;
  private static final int REPLICAS = 10;
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final VirtualTime time = new VirtualTime();
  private final MemoryEnsemble ensemble = new MemoryEnsemble(time);
  private final TreeMap<NodeName, MemoryCoordinator> clients = new TreeMap<>();
  private final TreeMap<NodeName, Observed> ready = new TreeMap<>();
  private final VirtualMailbox agents = time.mailbox("agents");
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final Controller controller;
  private long versions;

  private FleetPass() {
    controller =
        new Controller(
            name(1),
            ensemble.connect(),
            this::signals,
            List::<UsageSource.Usage>of,
            new MemoryEventJournal(),
            time.mailbox("controller"),
            time,
            new SeededRandomness(1),
            ControllerSettings.of("benchmark"));
    ensemble.watchAssignments((assignments, _) -> assigned(assignments));
    for (int i = 1; i <= NODES; i++) {
      NodeName name = name(i);
      MemoryCoordinator client = ensemble.connect();
      clients.put(name, client);
      client.register(record(name, i));
    }
  }

  /** See the class. */
  public static void main(String[] arguments) {
    int passes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
    System.out.println(
        "# One decision pass over " + NODES + " nodes with " + REPLICAS + " instances each");
    System.out.println("machine: " + Machine.describe());
    new FleetPass().run(passes);
  }

  private void run(int passes) {
    controller.start();
    time.runFor(SECOND);
    long before = ensemble.writes();
    var accepted = controller.submit(new Command.Apply(deployment(), ""), Actor.SYSTEM);
    time.settle();
    accepted.toCompletableFuture().join();
    untilFull("from nothing to full strength", before);
    List<Double> steady = new ArrayList<>();
    before = ensemble.writes();
    for (int i = 0; i < passes + 50; i++) {
      double millis = second();
      if (i >= 50) {
        steady.add(millis);
      }
    }
    report("pass, nothing happens", steady);
    System.out.println("writes in that time: " + (ensemble.writes() - before));
    for (int lost = 2; lost <= 4; lost++) {
      lose(name(lost));
    }
  }

  private void lose(NodeName node) {
    long before = ensemble.writes();
    ready.remove(node);
    MemoryCoordinator client = clients.remove(node);
    if (client != null) {
      client.abandon();
    }
    time.runFor(SECOND);
    untilFull("loss of " + node + ", " + REPLICAS + " instances", before);
  }

  private void untilFull(String what, long before) {
    long begun = time.now().nanos();
    List<Double> passes = new ArrayList<>();
    while (serving() < SERVICES * REPLICAS && passes.size() < 300) {
      passes.add(second());
    }
    System.out.printf(
        Locale.ROOT,
        "%s: %d of %d ready after %d s, %d writes%n",
        what,
        serving(),
        SERVICES * REPLICAS,
        (time.now().nanos() - begun) / 1_000_000_000,
        ensemble.writes() - before);
    report("  passes meanwhile", passes);
  }

  /** Of those that are ready on nodes that live. */
  private int serving() {
    int serving = 0;
    for (Observed one : ready.values()) {
      serving += one.instances().size();
    }
    return Math.min(serving, reported());
  }

  private int reported() {
    return controller.status().services().stream().mapToInt(ServiceStatus::serving).sum();
  }

  /** Processor time, since others may use the machine; everything is on this thread. */
  private double second() {
    long begun = threads.getCurrentThreadCpuTime();
    time.runFor(SECOND);
    return (threads.getCurrentThreadCpuTime() - begun) / 1e6;
  }

  /** What an agent does: all of it is ready a second later. */
  private void assigned(Assignments assignments) {
    agents.after(
        SECOND,
        () -> {
          MemoryCoordinator client = clients.get(assignments.node());
          if (client == null) {
            return;
          }
          Observed observed = observed(assignments);
          ready.put(assignments.node(), observed);
          client.writeObserved(observed, agents, _ -> {});
        });
  }

  private Observed observed(Assignments assignments) {
    List<ObservedInstance> instances =
        assignments.instances().stream()
            .filter(one -> one.directive() == Directive.RUN)
            .map(one ->
                new ObservedInstance(
                    one.id(),
                    assignments.node(),
                    1,
                    one.revision(),
                    one.role(),
                    Phase.READY,
                    false,
                    OptionalLong.of(++versions),
                    Optional.of(new Address("10.0.0.1", 20_000)),
                    time.wallClock(),
                    0,
                    Optional.empty(),
                    "ready check passed"))
            .toList();
    return new Observed(assignments.node(), assignments.version(), instances);
  }

  private List<ServiceSignals> signals() {
    TreeMap<ServiceName, List<InstanceSignals>> all = new TreeMap<>();
    for (Observed one : ready.values()) {
      for (ObservedInstance instance : one.instances()) {
        all.computeIfAbsent(instance.id().service(), _ -> new ArrayList<>())
            .add(
                new InstanceSignals(
                    instance.id(),
                    1,
                    10,
                    100,
                    0,
                    Duration.ofMillis(5),
                    20,
                    Optional.empty(),
                    true));
      }
    }
    List<ServiceSignals> signals = new ArrayList<>(all.size());
    all.forEach((service, instances) ->
        signals.add(new ServiceSignals(service, 1_000, 100, 0, 0, instances)));
    return signals;
  }

  private static void report(String what, List<Double> millis) {
    List<Double> sorted = millis.stream().sorted().toList();
    if (!sorted.isEmpty()) {
      System.out.printf(
          Locale.ROOT,
          "%s, processor ms a second of virtual time: median %.1f, 90 %% %.1f, longest %.1f (%d)%n",
          what,
          sorted.get(sorted.size() / 2),
          sorted.get(sorted.size() * 9 / 10),
          sorted.getLast(),
          sorted.size());
    }
  }

  private static NodeName name(int number) {
    return new NodeName(String.format(Locale.ROOT, "n%03d", number));
  }

  private NodeRecord record(NodeName name, int number) {
    LinkedHashMap<String, String> labels = new LinkedHashMap<>();
    labels.put("zone", "zone-" + number % 5);
    return new NodeRecord(
        name,
        "10.0.0.1",
        new Address("10.0.0.1", 7070),
        labels,
        new NodeCapacity(32, 128L << 30, 100),
        "benchmark",
        "boot-" + number,
        time.wallClock());
  }

  private static Deployment deployment() {
    StringBuilder yaml = new StringBuilder("services:\n");
    for (int i = 0; i < SERVICES; i++) {
      yaml.append("  s").append(i).append(":\n    run: serve\n");
      yaml.append("    replicas: ").append(REPLICAS).append('\n');
    }
    SpecReader.Outcome outcome =
        new YamlSpecReader().read(yaml.toString(), "benchmark.yaml", Path.of("/tmp"));
    return switch (outcome) {
      case SpecReader.Outcome.Valid valid -> valid.deployment();
      case SpecReader.Outcome.Invalid invalid ->
          throw new IllegalStateException(invalid.problems().getFirst().describe());
    };
  }
}
