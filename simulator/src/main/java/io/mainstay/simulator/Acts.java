package io.mainstay.simulator;

import io.mainstay.model.Actor;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.scenario.Act;
import io.mainstay.model.scenario.Act.Deed;
import io.mainstay.model.scenario.Act.Target;
import io.mainstay.model.scenario.Trouble;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** Does what the timeline of a script says. */
final class Acts {
  private static final Actor WHO = Actor.operator("scenario");
  private static final Duration UNSYNCED = Duration.ofSeconds(5);
  private static final Duration STALL = Duration.ofSeconds(5);
  private static final Duration BOOT = Duration.ofSeconds(2);

  private final World world;
  private final Scribe scribe;

  Acts(World world, Scribe scribe) {
    this.world = world;
    this.scribe = scribe;
  }

  void happen(Act act) {
    switch (act.deed()) {
      case Deed.Break broken -> {
        scribe.line("", "trouble", "", act.words());
        Runnable undo = harm(broken, act.lasting());
        act.lasting()
            .ifPresent(time ->
                world
                    .time()
                    .schedule(
                        time,
                        () -> {
                          scribe.line("", "trouble", "", "over: " + act.words());
                          undo.run();
                        }));
      }
      case Deed.Order order -> submit(act.words(), order.command());
      case Deed.Apply apply -> {
        Simulable simulable = Simulable.of(apply.deployment());
        simulable.remarks().forEach(remark -> scribe.line("", "remark", "", remark));
        world.deployment(simulable.deployment());
        submit(act.words(), new Command.Apply(simulable.deployment(), "scenario"));
      }
    }
  }

  /** To the first server that works; one that does not lead hands it on. */
  private void submit(String words, Command command) {
    Optional<SimulatedServer> server =
        world.nodes().stream()
            .filter(SimulatedNode::isWorking)
            .flatMap(node -> node.server().stream())
            .findFirst();
    scribe.line("", "operator", "", words + (server.isPresent() ? "" : ": no server answers"));
    server.ifPresent(one ->
        one.submit(
            command,
            WHO,
            result -> scribe.line("", "operator", "", words + ": " + describe(result))));
  }

  private static String describe(CommandResult result) {
    return switch (result) {
      case CommandResult.Accepted accepted ->
          accepted.operation().state().label() + ": " + accepted.operation().message();
      case CommandResult.Refused refused -> "refused: " + refused.reason();
      case CommandResult.NotFound missing -> "there is no " + missing.what();
      case CommandResult.Invalid invalid -> "invalid: " + invalid.reason();
    };
  }

  /** Does it; answers what undoes it. */
  private Runnable harm(Deed.Break broken, Optional<Duration> lasting) {
    return switch (broken.target()) {
      case Target.Instances instances -> harmInstances(broken, instances);
      case Target.Starts starts -> harmStarts(broken, starts);
      case Target.Machine machine -> {
        Optional<SimulatedNode> node =
            machine.node().or(() -> world.ensemble().leader()).map(world::node);
        if (machine.node().isEmpty()) {
          scribe.line(
              "",
              "trouble",
              "",
              node.map(one -> "the leader is " + one.name()).orElse("nobody leads"));
        }
        yield node.map(one -> harmMachine(broken, one, lasting)).orElse(() -> {});
      }
      case Target.Link link -> {
        block(link.one(), link.other(), true);
        yield () -> block(link.one(), link.other(), false);
      }
      case Target.Cluster _ -> harmAll(broken);
    };
  }

  private Runnable harmInstances(Deed.Break broken, Target.Instances target) {
    List<SimulatedProcess> processes =
        world.processes().stream()
            .filter(process -> process.alive)
            .filter(process -> process.instance.service().equals(target.service()))
            .filter(process ->
                target.number().isEmpty()
                    || target.number().getAsInt() == process.instance.number())
            .toList();
    if (processes.isEmpty()) {
      scribe.line("", "trouble", "", "no such process runs");
    }
    processes.forEach(process -> harm(broken, process));
    return () -> processes.forEach(SimulatedProcess::heal);
  }

  private Runnable harmStarts(Deed.Break broken, Target.Starts target) {
    List<Machine> machines =
        target.on().isPresent()
            ? List.of(world.node(target.on().get()).machine())
            : world.nodes().stream().map(SimulatedNode::machine).toList();
    Function<Machine, List<ServiceName>> list =
        broken.trouble() == Trouble.CRASH_LOOP
            ? machine -> machine.crashing
            : machine -> machine.slow;
    machines.forEach(machine -> list.apply(machine).add(target.service()));
    return () -> machines.forEach(machine -> list.apply(machine).remove(target.service()));
  }

  private static void harm(Deed.Break broken, SimulatedProcess process) {
    switch (broken.trouble()) {
      case KILL -> process.machine.exit(process, OptionalInt.empty(), "KILL");
      case EXIT -> process.machine.exit(process, OptionalInt.of(1), "");
      case HANG -> process.hung = true;
      case BROKEN, LYING_GREEN -> {
        process.broken = true;
        process.brokenShare = broken.share().orElse(1);
        process.liesGreen = broken.trouble() == Trouble.LYING_GREEN;
      }
      case LYING_RED -> process.liesRed = true;
      case WRONG_ANSWERS -> process.wrong = true;
      case IGNORED_TERM -> process.ignoresTerm = true;
      default -> throw new IllegalStateException(broken.trouble() + " is not of instances");
    }
  }

  private Runnable harmMachine(Deed.Break broken, SimulatedNode node, Optional<Duration> lasting) {
    Machine machine = node.machine();
    switch (broken.trouble()) {
      case FAILED_SPAWNS -> machine.spawnsFail = true;
      case FAILING_HOOKS -> machine.hooksFail = true;
      case SERVER_CRASH -> node.crashServer();
      case SERVER_FROZEN -> node.freezeServer(true);
      case MACHINE_FROZEN -> node.freezeMachine(true);
      case POWER_CUT -> node.cutPower(UNSYNCED);
      case NODE_ISOLATED -> isolate(node, true);
      case COORDINATOR_CUT -> node.cutCoordinator();
      case COORDINATOR_SILENT -> node.silenceCoordinator(true, true);
      case COORDINATOR_SLOW ->
          node.server().ifPresent(server -> server.slowness(Duration.ofMillis(1_500)));
      case SESSION_LOST -> node.server().ifPresent(server -> server.coordinator().loseSession());
      case DISK_FULL -> node.disk().full = true;
      case DISK_STALL -> node.server().ifPresent(server -> server.stallDisk(lasting.orElse(STALL)));
      case CLOCK_STEP -> node.clock().stepWallClock(broken.by());
      default -> throw new IllegalStateException(broken.trouble() + " is not of machines");
    }
    return () -> mend(broken, node);
  }

  private void mend(Deed.Break broken, SimulatedNode node) {
    Machine machine = node.machine();
    switch (broken.trouble()) {
      case FAILED_SPAWNS -> machine.spawnsFail = false;
      case FAILING_HOOKS -> machine.hooksFail = false;
      case SERVER_CRASH -> world.startServer(node);
      case SERVER_FROZEN -> node.freezeServer(false);
      case MACHINE_FROZEN -> node.freezeMachine(false);
      case POWER_CUT -> {
        machine.powerOn();
        world.time().schedule(BOOT, () -> world.startServer(node));
      }
      case NODE_ISOLATED -> isolate(node, false);
      case COORDINATOR_CUT, COORDINATOR_SILENT -> node.mendCoordinator();
      case COORDINATOR_SLOW ->
          node.server().ifPresent(server -> server.slowness(Duration.ofMillis(5)));
      case DISK_FULL -> node.disk().full = false;
      default -> {}
    }
  }

  private Runnable harmAll(Deed.Break broken) {
    return switch (broken.trouble()) {
      case QUORUM_LOST -> {
        world.quorum().forbid(true);
        yield () -> world.quorum().forbid(false);
      }
      case LEADERSHIP_LOST -> {
        world
            .decider()
            .ifPresent(server -> server.coordinator().loseLeadership("somebody took it"));
        yield () -> {};
      }
      case MESSAGES_LOST -> {
        world.messages().trouble = broken.share().orElse(0.5);
        yield () -> world.messages().trouble = 0;
      }
      default -> throw new IllegalStateException(broken.trouble() + " is not of clusters");
    };
  }

  private void isolate(SimulatedNode node, boolean now) {
    for (SimulatedNode other : world.nodes()) {
      if (other != node) {
        block(node.name(), other.name(), now);
      }
    }
    if (now) {
      node.silenceCoordinator(true, true);
    } else {
      node.mendCoordinator();
    }
  }

  private void block(NodeName one, NodeName other, boolean now) {
    if (now) {
      world.links().block(one, other);
      world.links().block(other, one);
    } else {
      world.links().open(one, other);
      world.links().open(other, one);
    }
  }
}
