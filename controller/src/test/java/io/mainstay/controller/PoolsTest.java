package io.mainstay.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.signals.SignalMerge;
import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.PoolSpec;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.NodeCapacity;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.ports.Coordinator;
import io.mainstay.testkit.MemoryEventJournal;
import io.mainstay.testkit.MemoryNodeProvider;
import io.mainstay.testkit.SeededRandomness;
import io.mainstay.testkit.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One node that is always there and takes two instances, and a pool of nodes that do the same. */
class PoolsTest {
  private final VirtualTime time = new VirtualTime();
  private final FakeCoordinator coordinator = new FakeCoordinator();
  private final MemoryEventJournal journal = new MemoryEventJournal();
  private final MemoryNodeProvider provider = new MemoryNodeProvider();
  private final TreeMap<NodeName, FakeFleet> fleets = new TreeMap<>();
  private final TreeMap<NodeName, Coordinator.Subscription> sessions = new TreeMap<>();
  private final Controller controller =
      new Controller(
          new NodeName("n1"),
          coordinator,
          this::signals,
          List::of,
          journal,
          time.mailbox("controller"),
          time,
          new SeededRandomness(1),
          ControllerSettings.of("0.1.0").withPools(provider));

  private boolean joins = true;

  @BeforeEach
  void start() {
    join(new NodeName("n1"), new LinkedHashMap<>());
    controller.start();
    time.settle();
  }

  @Test
  void addsNodesForWhatFitsNowhereAndRemovesThemAgain() {
    apply(5);
    run(10);
    assertThat(provider.nodes())
        .extracting(NodeName::value)
        .containsExactly("workers-1", "workers-2");
    assertThat(controller.status().services().getFirst().serving()).isEqualTo(5);
    assertThat(provider.calls())
        .containsExactly(
            "create workers-1", "create workers-2", "warm-up workers-1", "warm-up workers-2");
    apply(2);
    run(300);
    assertThat(provider.nodes()).isEmpty();
    assertThat(controller.status().nodes()).hasSize(1);
    assertThat(controller.status().services().getFirst().serving()).isEqualTo(2);
    assertThat(coordinator.state().overrides().nodes()).isEmpty();
    assertThat(kinds())
        .contains("placement-failed", "pool-scaled", "pool-node-ready", "node-drained")
        .containsSubsequence("node-draining", "pool-node-removed");
  }

  @Test
  void goesOnAfterAChangeOfLeader() {
    apply(5);
    run(10);
    time.mailbox("test").post(() -> coordinator.elect(new NodeName("n1")));
    run(60);
    assertThat(provider.nodes()).hasSize(2);
    assertThat(controller.status().services().getFirst().serving()).isEqualTo(5);
  }

  @Test
  void saysWhyNoNodeComes() {
    provider.fail(true);
    apply(5);
    run(60);
    assertThat(provider.nodes()).isEmpty();
    assertThat(journal.all())
        .filteredOn(event -> event.kind().label().equals("pool-launch-failed"))
        .isNotEmpty()
        .allMatch(event -> event.reason().contains("no machine left"));
    assertThat(controller.status().services().getFirst().serving()).isEqualTo(2);
  }

  @Test
  void removesWhatDoesNotJoinAndTriesAgain() {
    joins = false;
    apply(3);
    run(40);
    assertThat(reasons("pool-launch-failed"))
        .anyMatch(reason -> reason.contains("workers-1: it did not join within 30 s"));
    assertThat(provider.calls()).contains("destroy workers-1");
    joins = true;
    run(60);
    assertThat(controller.status().services().getFirst().serving()).isEqualTo(3);
  }

  @Test
  void saysOnceThatMoreNodesAreNeededThanThereMayBe() {
    apply(20);
    run(30);
    assertThat(provider.nodes()).hasSize(5);
    assertThat(reasons("scale-clamped"))
        .containsExactly("pool workers: more nodes are needed, and 5 is the most");
  }

  private List<String> reasons(String kind) {
    return journal.all().stream()
        .filter(event -> event.kind().label().equals(kind))
        .map(event -> event.reason())
        .toList();
  }

  @Test
  void doesNothingWhileAutomationIsPaused() {
    submit(new Command.Pause(Optional.empty(), Optional.empty(), ""));
    apply(5);
    run(60);
    assertThat(provider.calls()).isEmpty();
  }

  private void apply(int replicas) {
    ServiceSpec.Hook hook = new ServiceSpec.Hook(List.of("warm-up"), Duration.ofSeconds(30));
    PoolSpec pool =
        new PoolSpec(
            "workers",
            0,
            5,
            0,
            new PoolSpec.Provider.Script(
                List.of("c"), List.of("d"), List.of("l"), Duration.ofMinutes(1)),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            new LinkedHashMap<>(),
            new PoolSpec.Capacity(4, 1L << 32, 2),
            new PoolSpec.Hooks(Optional.of(hook), Optional.empty()));
    Deployment services = Specs.deployment(Specs.of("shop").replicas(replicas));
    submit(
        new Command.Apply(
            new Deployment(
                Path.of("/srv"), services.services(), services.listeners(), List.of(pool)),
            ""));
  }

  private void submit(Command command) {
    CompletableFuture<?> result =
        controller.submit(command, Actor.operator("anna")).toCompletableFuture();
    time.runUntil(result::isDone, Duration.ofSeconds(40));
  }

  /** Nodes that were made join, those that were removed go. */
  private void run(int seconds) {
    for (int i = 0; i < seconds; i++) {
      for (NodeName node : provider.nodes()) {
        if (joins && !sessions.containsKey(node)) {
          LinkedHashMap<String, String> labels = new LinkedHashMap<>();
          labels.put("pool", "workers");
          join(node, labels);
        }
      }
      for (NodeName node : List.copyOf(sessions.keySet())) {
        if (!node.value().equals("n1") && !provider.nodes().contains(node)) {
          sessions.remove(node).close();
        }
      }
      time.runFor(Duration.ofSeconds(1));
    }
  }

  private void join(NodeName node, SequencedMap<String, String> labels) {
    sessions.put(
        node,
        coordinator.register(
            new NodeRecord(
                node,
                "10.0.0.1",
                new Address("10.0.0.1", 7070),
                labels,
                new NodeCapacity(8, 1L << 34, 2),
                "0.1.0",
                "boot",
                time.wallClock())));
    if (!fleets.containsKey(node)) {
      FakeFleet fleet = new FakeFleet(node, coordinator, time.mailbox(node.value()), time);
      fleets.put(node, fleet);
      fleet.start();
    }
  }

  private List<ServiceSignals> signals() {
    SequencedMap<NodeName, List<ServiceSignals>> all = new TreeMap<>();
    fleets.forEach((node, fleet) -> all.put(node, fleet.signals()));
    return SignalMerge.merge(all);
  }

  private List<String> kinds() {
    return journal.all().stream().map(event -> event.kind().label()).toList();
  }
}
