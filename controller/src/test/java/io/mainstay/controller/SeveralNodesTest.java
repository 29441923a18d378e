package io.mainstay.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.signals.SignalMerge;
import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.NodeCapacity;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.NodeState;
import io.mainstay.model.state.NodeStatus;
import io.mainstay.model.state.Operation;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.SignalSource;
import io.mainstay.testkit.MemoryEventJournal;
import io.mainstay.testkit.SeededRandomness;
import io.mainstay.testkit.VirtualTime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three nodes, of which n1 decides. */
class SeveralNodesTest {
  private static final NodeName N2 = new NodeName("n2");
  private static final ServiceName SHOP = new ServiceName("shop");
  private final VirtualTime time = new VirtualTime();
  private final FakeCoordinator coordinator = new FakeCoordinator();
  private final MemoryEventJournal journal = new MemoryEventJournal();
  private final TreeMap<NodeName, FakeFleet> fleets = new TreeMap<>();
  private final TreeMap<NodeName, Coordinator.Subscription> sessions = new TreeMap<>();
  private List<NodeName> answering = List.of();
  private boolean onlyOldReports;
  private final Controller controller =
      new Controller(
          new NodeName("n1"),
          coordinator,
          new SignalSource() {
            @Override
            public List<ServiceSignals> signals() {
              return SeveralNodesTest.this.signals();
            }

            @Override
            public List<ServiceSignals> fresh() {
              return onlyOldReports ? List.of() : signals();
            }

            @Override
            public List<NodeName> answering() {
              return answering;
            }
          },
          List::of,
          journal,
          time.mailbox("controller"),
          time,
          new SeededRandomness(1),
          ControllerSettings.of("0.1.0"));

  @BeforeEach
  void start() {
    for (String name : List.of("n1", "n2", "n3")) {
      NodeName node = new NodeName(name);
      FakeFleet fleet = new FakeFleet(node, coordinator, time.mailbox(name), time);
      fleets.put(node, fleet);
      join(node);
      fleet.start();
    }
    controller.start();
    time.settle();
  }

  @Test
  void spreadsAServiceAndShowsTheNodes() {
    apply(3);
    assertThat(placed()).containsExactly("shop-1 n1", "shop-2 n2", "shop-3 n3");
    assertThat(controller.status().nodes())
        .extracting(NodeStatus::name, NodeStatus::state, NodeStatus::zone, NodeStatus::leader)
        .hasToString(
            "[(n1, READY, \"a\", true), (n2, READY, \"b\", false), (n3, READY, \"b\", false)]");
    assertThat(controller.status().nodes()).allMatch(node -> node.instances() == 1);
    assertThat(controller.explain("n2").orElseThrow().state()).isEqualTo("ready");
  }

  @Test
  void replacesWhatALostNodeRan() {
    apply(3);
    die(N2);
    run(5);
    assertThat(placed()).containsExactly("shop-1 n1", "shop-2 n2", "shop-3 n3");
    assertThat(state(N2)).isEqualTo(NodeState.SUSPECT);
    run(8);
    assertThat(placed()).containsExactly("shop-1 n1", "shop-2 n2", "shop-3 n3", "shop-4 n1");
    assertThat(controller.status().services().getFirst().serving()).isEqualTo(3);
    assertThat(state(N2)).isEqualTo(NodeState.LOST);
    assertThat(kinds()).containsSubsequence("node-suspect", "node-lost", "instance-lost");
    assertThat(controller.explain("n2").orElseThrow().reason()).contains("replaced");
  }

  @Test
  void keepsWhatANodeWithoutSessionRunsWhileGatewaysGetAnswers() {
    apply(3);
    fleets.values().forEach(fleet -> fleet.load.put(SHOP, 10));
    run(2);
    sessions.get(N2).close();
    run(60);
    assertThat(state(N2)).isEqualTo(NodeState.SUSPECT);
    assertThat(placed()).hasSize(3);
    assertThat(controller.status().services().getFirst().serving()).isEqualTo(3);
  }

  @Test
  void isNotMisledByWhatADeadNodeSaidLast() {
    apply(3);
    fleets.values().forEach(fleet -> fleet.load.put(SHOP, 10));
    run(2);
    onlyOldReports = true;
    sessions.get(N2).close();
    run(13);
    assertThat(state(N2)).isEqualTo(NodeState.LOST);
    assertThat(placed()).hasSize(4);
  }

  @Test
  void withoutTrafficTheTrialsOfOtherNodesTellWhetherANodeIsLost() {
    apply(3);
    answering = List.of(N2);
    sessions.get(N2).close();
    run(60);
    assertThat(state(N2)).isEqualTo(NodeState.SUSPECT);
    assertThat(placed()).hasSize(3);
    answering = List.of();
    run(20);
    assertThat(state(N2)).isEqualTo(NodeState.LOST);
    assertThat(placed()).hasSize(4);
  }

  @Test
  void hasNoTwinsWhenTheNodeIsBack() {
    apply(3);
    die(N2);
    run(15);
    assertThat(placed()).hasSize(4);
    fleets.get(N2).silent = false;
    join(N2);
    run(10);
    assertThat(placed()).containsExactly("shop-1 n1", "shop-3 n3", "shop-4 n1");
    assertThat(fleets.get(N2).instances).isEmpty();
    assertThat(kinds()).contains("node-restored");
  }

  @Test
  void emptiesANodeByHandAndLetsItTakeInstancesAgain() {
    apply(3);
    Operation operation = accepted(new Command.DrainNode(N2, Optional.empty(), "new disk"));
    run(10);
    assertThat(placed()).containsExactly("shop-1 n1", "shop-3 n3", "shop-4 n1");
    assertThat(controller.operation(operation.id()).orElseThrow().state())
        .isEqualTo(Operation.State.DONE);
    assertThat(state(N2)).isEqualTo(NodeState.DRAINING);
    assertThat(kinds()).containsSubsequence("node-draining", "node-drained");
    accepted(new Command.ReleaseNode(N2, ""));
    run(2);
    assertThat(state(N2)).isEqualTo(NodeState.READY);
    assertThat(placed()).as("nothing moves back").hasSize(3).noneMatch(at -> at.endsWith("n2"));
  }

  @Test
  void removesANodeThatIsGone() {
    apply(3);
    assertThat(result(new Command.RemoveNode(N2, false, "")))
        .isInstanceOf(CommandResult.Refused.class);
    die(N2);
    run(1);
    accepted(new Command.RemoveNode(N2, false, ""));
    run(3);
    assertThat(placed()).containsExactly("shop-1 n1", "shop-2 n1", "shop-3 n3");
    assertThat(controller.status().nodes()).hasSize(2);
    assertThat(kinds()).contains("node-removed");
    assertThat(result(new Command.RemoveNode(N2, false, "")))
        .isInstanceOf(CommandResult.NotFound.class);
  }

  @Test
  void evacuatesAZoneOnlyIfTheOthersCanCarryIt() {
    apply(3);
    assertThat(result(new Command.Evacuate("c", Optional.empty(), false, "")))
        .isInstanceOf(CommandResult.NotFound.class);
    fleets.values().forEach(fleet -> fleet.load.put(SHOP, 20));
    run(2);
    CommandResult refused = result(new Command.Evacuate("b", Optional.empty(), false, ""));
    assertThat(refused).isInstanceOf(CommandResult.Refused.class);
    assertThat(((CommandResult.Refused) refused).evidence()).containsKey("shop");
    accepted(new Command.Evacuate("b", Optional.of(Duration.ofMinutes(1)), true, "storm"));
    apply(5);
    assertThat(placed()).filteredOn(at -> at.endsWith("n1")).hasSize(3);
    run(70);
    assertThat(coordinator.state().overrides().evacuations()).isEmpty();
    assertThat(kinds()).containsSubsequence("evacuation-started", "evacuation-ended");
  }

  @Test
  void decidesTheSameAfterAChangeOfLeader() {
    apply(3);
    die(N2);
    run(15);
    List<String> before = placed();
    time.mailbox("test").post(() -> coordinator.elect(new NodeName("n1")));
    run(30);
    assertThat(placed()).isEqualTo(before);
  }

  @Test
  void stopsNothingWithoutTheCoordinator() {
    apply(3);
    List<String> before = placed();
    coordinator.listener.connection(false, "no quorum");
    sessions.values().forEach(Coordinator.Subscription::close);
    run(60);
    coordinator.listener.connection(true, "quorum again");
    sessions.keySet().forEach(this::join);
    run(30);
    assertThat(placed()).isEqualTo(before);
    assertThat(kinds()).doesNotContain("node-lost", "instance-removed");
  }

  private void join(NodeName node) {
    LinkedHashMap<String, String> labels = new LinkedHashMap<>();
    labels.put("zone", node.value().equals("n1") ? "a" : "b");
    sessions.put(
        node,
        coordinator.register(
            new NodeRecord(
                node,
                "10.0.0.1",
                new Address("10.0.0.1", 7070),
                labels,
                new NodeCapacity(8, 1L << 34, 100),
                "0.1.0",
                "boot",
                time.wallClock())));
  }

  private void die(NodeName node) {
    sessions.get(node).close();
    fleets.get(node).silent = true;
  }

  private void apply(int replicas) {
    accepted(new Command.Apply(Specs.deployment(Specs.of("shop").replicas(replicas)), ""));
    run(5);
  }

  private Operation accepted(Command command) {
    CommandResult result = result(command);
    assertThat(result).isInstanceOf(CommandResult.Accepted.class);
    return ((CommandResult.Accepted) result).operation();
  }

  private CommandResult result(Command command) {
    CompletableFuture<CommandResult> result =
        controller.submit(command, Actor.operator("anna")).toCompletableFuture();
    time.runUntil(result::isDone, Duration.ofSeconds(40));
    return result.join();
  }

  private List<ServiceSignals> signals() {
    SequencedMap<NodeName, List<ServiceSignals>> all = new TreeMap<>();
    fleets.forEach((node, fleet) -> all.put(node, fleet.signals()));
    return SignalMerge.merge(all);
  }

  private List<String> placed() {
    return coordinator.state().assignments().stream()
        .flatMap(sheet -> sheet.instances().stream().map(entry -> at(sheet, entry)))
        .sorted()
        .toList();
  }

  private static String at(Assignments sheet, Assignment entry) {
    return entry.id() + " " + sheet.node();
  }

  private NodeState state(NodeName name) {
    return controller.status().nodes().stream()
        .filter(node -> node.name().equals(name))
        .map(NodeStatus::state)
        .findFirst()
        .orElseThrow();
  }

  private List<String> kinds() {
    return journal.all().stream().map(event -> event.kind().label()).toList();
  }

  private void run(int seconds) {
    time.runFor(Duration.ofSeconds(seconds));
  }
}
