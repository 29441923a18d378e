package io.mainstay.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Actor;
import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Operation;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.Status.InstanceStatus;
import io.mainstay.model.state.Status.ServiceStatus;
import io.mainstay.ports.FlowQueries;
import io.mainstay.ports.FlowSource;
import io.mainstay.ports.TransactionRunner;
import io.mainstay.testkit.MemoryEventJournal;
import io.mainstay.testkit.SeededRandomness;
import io.mainstay.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of ControllerTest and ControllerCommandsTest share. */
abstract class ControllerWorld {
  static final NodeName NODE = new NodeName("n1");

  static final ServiceName SHOP = new ServiceName("shop");

  static final Actor ANNA = Actor.operator("anna");

  final VirtualTime time = new VirtualTime();

  final FakeCoordinator coordinator = new FakeCoordinator();

  final MemoryEventJournal journal = new MemoryEventJournal();

  final FakeFleet fleet = new FakeFleet(NODE, coordinator, time.mailbox("agent"), time);

  final Controller controller =
      new Controller(
          NODE,
          coordinator,
          fleet,
          List::of,
          journal,
          time.mailbox("controller"),
          time,
          new SeededRandomness(1),
          new ControllerSettings(
              "0.1.0",
              true,
              (_, _, _) -> false,
              Optional.empty(),
              transactions(),
              flows(),
              queries()));

  /** Who runs transactions; nobody but where a test says so. */
  Optional<TransactionRunner> transactions() {
    return Optional.empty();
  }

  /** Who sees both sides of flows; nobody but where a test says so. */
  Optional<FlowSource> flows() {
    return Optional.empty();
  }

  /** Who asks databases; nobody but where a test says so. */
  Optional<FlowQueries> queries() {
    return Optional.empty();
  }

  @BeforeEach
  void start() {
    fleet.start();
    controller.start();
    time.settle();
  }

  Operation apply(Deployment deployment) {
    return accepted(new Command.Apply(deployment, ""));
  }

  CommandResult result(Command command) {
    CompletableFuture<CommandResult> result =
        controller.submit(command, ANNA).toCompletableFuture();
    time.runUntil(result::isDone, Duration.ofSeconds(40));
    return result.join();
  }

  Operation accepted(Command command) {
    CommandResult result = result(command);
    assertThat(result).isInstanceOf(CommandResult.Accepted.class);
    return ((CommandResult.Accepted) result).operation();
  }

  Operation.State operation(Operation operation) {
    return controller.operation(operation.id()).orElseThrow().state();
  }

  void run(int seconds) {
    time.runFor(Duration.ofSeconds(seconds));
  }

  ServiceStatus shop() {
    return controller.status().services().getFirst();
  }

  List<String> states() {
    return shop().instances().stream()
        .map(instance -> instance.id() + " " + instance.state().label())
        .toList();
  }

  Role role(InstanceId id) {
    return shop().instances().stream()
        .filter(instance -> instance.id().equals(id))
        .map(InstanceStatus::role)
        .findFirst()
        .orElseThrow();
  }

  List<Event> events(EventKind kind) {
    return journal.of(kind);
  }

  static InstanceId id(int number) {
    return new InstanceId(SHOP, number);
  }
}
