package io.mainstay.server;

import io.mainstay.business.Commands;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.ports.ControlPlane;
import io.mainstay.ports.ProcessHost;
import io.mainstay.ports.SignalSource;
import io.mainstay.server.drill.DrillHistory;
import io.mainstay.server.drill.DrillRunner;
import io.mainstay.server.drill.DrillTools;
import io.mainstay.server.drill.FalseChecks;
import io.mainstay.server.drill.GroupSignals;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Wires the drills. */
final class DrillRooms {
  /** A command that breaks or mends a business is killed then. */
  private static final Duration COMMAND = Duration.ofSeconds(60);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(20);

  private final Groundwork ground;
  private final Commands commands;
  private final FalseChecks checks;

  DrillRooms(Groundwork ground, ProcessHost host, FalseChecks checks) {
    this.ground = ground;
    this.commands = new Commands(host);
    this.checks = checks;
  }

  DrillRunner runner(
      Supplier<Deployment> deployment, ControlPlane control, SignalSource signals, NodeName node) {
    DrillRunner runner = made(deployment, control, signals, node);
    ground.serverMailbox.after(LOOK_EVERY, () -> look(runner));
    return runner;
  }

  /** Drills that come by themselves are looked after now and then, on a thread of their own. */
  private void look(DrillRunner runner) {
    Thread.ofVirtual().name("drill-schedule").start(runner::beginWhatIsDue);
    ground.serverMailbox.after(LOOK_EVERY, () -> look(runner));
  }

  private DrillRunner made(
      Supplier<Deployment> deployment, ControlPlane control, SignalSource signals, NodeName node) {
    return new DrillRunner(
        node,
        deployment,
        control,
        signals,
        ground.journal,
        ground.time,
        ground.randomness,
        new DrillTools(
            new GroupSignals(),
            checks,
            (command, environment) ->
                commands.run(
                    command,
                    deployment.get().baseDirectory(),
                    environment,
                    Optional.empty(),
                    COMMAND)),
        new DrillHistory(ground.folder.root(), ground.codec));
  }
}
