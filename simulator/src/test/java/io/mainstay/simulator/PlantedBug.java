package io.mainstay.simulator;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Directive;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.EventJournal;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.ProcessHost;
import io.mainstay.ports.TrafficControl;
import io.mainstay.testkit.MemoryEnsemble;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * One bug for one invariant: what is put in between, each by a change of the real port. At most one
 * is set.
 */
final class PlantedBug implements Variation {
  private UnaryOperator<List<Assignment>> assignments = UnaryOperator.identity();
  private BiFunction<Coordinator, NodeName, Coordinator> agentCoordinator = (real, _) -> real;
  private UnaryOperator<ProcessHost> host = UnaryOperator.identity();
  private UnaryOperator<TrafficControl> traffic = UnaryOperator.identity();
  private UnaryOperator<TrafficControl> desiredTraffic = UnaryOperator.identity();
  private UnaryOperator<EventJournal> events = UnaryOperator.identity();
  private Consumer<MemoryEnsemble> ensemble = _ -> {};
  private Optional<Duration> longestDelay = Optional.empty();

  /** Assignments are changed on their way from the controller. */
  static PlantedBug assignments(UnaryOperator<List<Assignment>> change) {
    PlantedBug bug = new PlantedBug();
    bug.assignments = change;
    return bug;
  }

  /** The agent of a node sees another coordinator. */
  static PlantedBug agentCoordinator(BiFunction<Coordinator, NodeName, Coordinator> change) {
    PlantedBug bug = new PlantedBug();
    bug.agentCoordinator = change;
    return bug;
  }

  static PlantedBug host(UnaryOperator<ProcessHost> change) {
    PlantedBug bug = new PlantedBug();
    bug.host = change;
    return bug;
  }

  static PlantedBug traffic(UnaryOperator<TrafficControl> change) {
    PlantedBug bug = new PlantedBug();
    bug.traffic = change;
    return bug;
  }

  static PlantedBug desiredTraffic(UnaryOperator<TrafficControl> change) {
    PlantedBug bug = new PlantedBug();
    bug.desiredTraffic = change;
    return bug;
  }

  static PlantedBug events(UnaryOperator<EventJournal> change) {
    PlantedBug bug = new PlantedBug();
    bug.events = change;
    return bug;
  }

  static PlantedBug ensemble(Consumer<MemoryEnsemble> change) {
    PlantedBug bug = new PlantedBug();
    bug.ensemble = change;
    return bug;
  }

  /** The agent waits for nothing longer than that. */
  static PlantedBug hurry(Duration longest) {
    PlantedBug bug = new PlantedBug();
    bug.longestDelay = Optional.of(longest);
    return bug;
  }

  static Assignment with(Assignment one, InstanceId id, Directive directive, String reason) {
    return new Assignment(
        id,
        one.revision(),
        one.role(),
        directive,
        one.minGeneration(),
        reason,
        one.actor(),
        one.cause());
  }

  @Override
  public Coordinator controllerCoordinator(Coordinator real) {
    return new ChangedCoordinator(real, assignments);
  }

  @Override
  public Coordinator agentCoordinator(Coordinator real, NodeName node) {
    return agentCoordinator.apply(real, node);
  }

  @Override
  public void ensemble(MemoryEnsemble real) {
    ensemble.accept(real);
  }

  @Override
  public ProcessHost host(ProcessHost real) {
    return host.apply(real);
  }

  @Override
  public TrafficControl traffic(TrafficControl real) {
    return traffic.apply(real);
  }

  @Override
  public TrafficControl desiredTraffic(TrafficControl real) {
    return desiredTraffic.apply(real);
  }

  @Override
  public EventJournal events(EventJournal real) {
    return events.apply(real);
  }

  @Override
  public Mailbox agentMailbox(Mailbox real) {
    if (longestDelay.isEmpty()) {
      return real;
    }
    Duration longest = longestDelay.get();
    return new Mailbox() {
      @Override
      public void post(Runnable task) {
        real.post(task);
      }

      @Override
      public Cancellable after(Duration delay, Runnable task) {
        return real.after(delay.compareTo(longest) > 0 ? longest : delay, task);
      }
    };
  }
}
