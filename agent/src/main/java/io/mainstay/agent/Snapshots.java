package io.mainstay.agent;

import io.mainstay.decisions.lifecycle.LifecyclePolicy;
import io.mainstay.decisions.lifecycle.LifecycleState;
import io.mainstay.decisions.lifecycle.LifecycleView;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.ObservedInstance;
import java.time.Instant;
import java.util.Optional;

/** What others get to see of an instance. */
final class Snapshots {
  private Snapshots() {}

  /** The gateway's view; empty if the instance takes no traffic or is gone. */
  static Optional<Endpoint> endpoint(
      NodeName node, InstanceSupervisor instance, LifecyclePolicy policy) {
    if (!policy.traffic() || instance.isRemoved()) {
      return Optional.empty();
    }
    return Optional.of(
        new Endpoint(
            instance.id(),
            node,
            LifecycleView.generation(instance.state(), policy),
            instance.assignment().role(),
            LifecycleView.readiness(instance.state(), policy),
            instance.run().address(),
            instance.run().share()));
  }

  /** The cluster's view. */
  static ObservedInstance observed(
      NodeName node, InstanceSupervisor instance, Instant since, String reason) {
    LifecycleState state = instance.state();
    CurrentRun run = instance.run();
    boolean live = state instanceof LifecycleState.Up up && up.run().liveFailing();
    return new ObservedInstance(
        instance.id(),
        node,
        state.memory().generation(),
        LifecycleView.mayHaveProcess(state) || instance.isPreparing()
            ? run.revision().revision()
            : instance.assigned().revision(),
        instance.assignment().role(),
        instance.phase(),
        live,
        run.pid(),
        run.address(),
        since,
        state.memory().restarts(),
        run.lastExit(),
        reason,
        run.share());
  }
}
