package io.mainstay.simulator;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.ProcessHost;
import io.mainstay.testkit.SeededRandomness;
import io.mainstay.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** How one server reaches the processes of the machine; it ends with the server, they do not. */
final class SimulatedProcessHost implements ProcessHost {
  private final Machine machine;
  private final VirtualTime time;
  private final SeededRandomness random;
  private final NodeMailbox mailbox;
  private final NodeMailbox own;
  private final Trace trace;
  private final Sometimes sometimes;
  private MonotonicTime last = MonotonicTime.ZERO;

  SimulatedProcessHost(
      Machine machine,
      VirtualTime time,
      SeededRandomness random,
      NodeMailbox mailbox,
      NodeMailbox own,
      Trace trace,
      Sometimes sometimes) {
    this.machine = machine;
    this.time = time;
    this.random = random;
    this.mailbox = mailbox;
    this.own = own;
    this.trace = trace;
    this.sometimes = sometimes;
  }

  @Override
  public void start(StartRequest request, Consumer<StartOutcome> started, Consumer<Exit> exited) {
    after(
        1,
        20,
        () -> {
          if (machine.spawnsFail) {
            sometimes.saw(Sometimes.State.SPAWN_FAILED);
            mailbox.post(
                () -> started.accept(new StartOutcome.Failed("fork: cannot allocate memory")));
            return;
          }
          SimulatedProcess process =
              machine.spawn(
                  request.instance(),
                  Long.parseLong(request.environment().getOrDefault("MAINSTAY_GENERATION", "0")),
                  Integer.parseInt(request.environment().getOrDefault("MAINSTAY_REVISION", "0")),
                  Integer.parseInt(request.environment().getOrDefault("PORT", "-1")),
                  request.nonce());
          after(
              0,
              5,
              () -> {
                mailbox.post(() ->
                    started.accept(new StartOutcome.Started(process.identity, Optional.empty())));
                watch(process, exited);
              });
        });
  }

  @Override
  public void adopt(
      InstanceId instance,
      ProcessIdentity identity,
      Consumer<AdoptOutcome> adopted,
      Consumer<Exit> exited) {
    after(
        0,
        5,
        () -> {
          Optional<SimulatedProcess> found =
              machine.find(identity).filter(process -> process.alive);
          if (found.isEmpty()) {
            mailbox.post(() -> adopted.accept(new AdoptOutcome.Gone("no such process")));
            return;
          }
          sometimes.saw(Sometimes.State.PROCESS_ADOPTED);
          trace.add(machine.node() + " host", "adopt " + found.get());
          mailbox.post(() -> adopted.accept(new AdoptOutcome.Adopted()));
          watch(found.get(), exited);
        });
  }

  @Override
  public void find(String nonce, Consumer<Optional<ProcessIdentity>> found) {
    after(
        0,
        5,
        () -> {
          Optional<ProcessIdentity> identity =
              machine.findByNonce(nonce).map(process -> process.identity);
          if (identity.isPresent()) {
            sometimes.saw(Sometimes.State.INTENT_ADOPTED);
          }
          mailbox.post(() -> found.accept(identity));
        });
  }

  @Override
  public void strays(List<String> known, Consumer<List<Stray>> found) {
    after(
        0,
        5,
        () -> {
          List<Stray> strays =
              machine.groups().stream()
                  .filter(process -> !known.contains(process.identity.nonce()))
                  .map(process -> stray(process))
                  .toList();
          if (!strays.isEmpty()) {
            sometimes.saw(Sometimes.State.STRAY_FOUND);
            trace.add(
                machine.node() + " host",
                "strays " + strays.stream().map(Stray::instance).toList());
          }
          mailbox.post(() -> found.accept(strays));
        });
  }

  private static Stray stray(SimulatedProcess process) {
    return new Stray(
        process.identity,
        process.alive,
        Optional.of(process.instance),
        process.generation,
        process.revision,
        process.port < 0 ? OptionalInt.empty() : OptionalInt.of(process.port));
  }

  @Override
  public void signal(ProcessIdentity identity, String signal) {
    trace.add(machine.node() + " host", "signal " + signal + " to pid " + identity.pid());
    machine
        .find(identity)
        .ifPresent(process -> {
          machine.toldToEnd(process);
          process.frozen = false;
          if (signal.equals("KILL")) {
            machine.exit(process, OptionalInt.empty(), "KILL");
          } else if (process.ignoresTerm || process.hung) {
            sometimes.saw(Sometimes.State.TERM_IGNORED);
          } else {
            Duration drawn = Duration.ofMillis(random.nextInt(1, 800));
            time.schedule(
                process.habits.stop().orElse(drawn),
                () -> machine.exit(process, OptionalInt.of(0), ""));
          }
        });
  }

  @Override
  public void kill(ProcessIdentity identity, Runnable gone) {
    trace.add(machine.node() + " host", "kill the group of pid " + identity.pid());
    after(
        1,
        10,
        () -> {
          machine
              .find(identity)
              .ifPresent(process -> {
                machine.toldToEnd(process);
                machine.killGroup(process);
              });
          mailbox.post(gone);
        });
  }

  @Override
  public void freeze(ProcessIdentity identity, boolean frozen, Consumer<Boolean> done) {
    after(
        0,
        5,
        () -> {
          Optional<SimulatedProcess> process = machine.find(identity).filter(one -> one.alive);
          process.ifPresent(one -> one.frozen = frozen);
          if (!frozen) {
            sometimes.saw(Sometimes.State.STANDBY_THAWED);
          }
          mailbox.post(() -> done.accept(process.isPresent()));
        });
  }

  @Override
  public void run(CommandRequest request, Consumer<CommandOutcome> done) {
    boolean fails = machine.hooksFail && random.chance(0.5);
    mailbox.after(
        Duration.ofMillis(random.nextInt(1, 200)),
        () -> done.accept(new CommandOutcome(OptionalInt.of(fails ? 1 : 0), "", Optional.empty())));
  }

  @Override
  public OptionalInt freePort(InstanceId instance, OptionalInt preferred) {
    return machine.freePort(instance, preferred);
  }

  @Override
  public Duration cpuTime(ProcessIdentity identity) {
    return machine.find(identity).map(process -> process.cpu).orElse(Duration.ZERO);
  }

  /** Tells of the end, which may have come already; always after what was posted before. */
  private void watch(SimulatedProcess process, Consumer<Exit> exited) {
    Mailbox box = mailbox;
    if (process.alive) {
      process.watchers.add(exit -> box.post(() -> exited.accept(exit)));
    } else {
      box.post(() ->
          exited.accept(
              new Exit(
                  OptionalInt.empty(),
                  Optional.empty(),
                  false,
                  false,
                  time.wallClock(),
                  List.of())));
    }
  }

  /** After some milliseconds and in the order of the calls, unless the server is dead by then. */
  private void after(int from, int to, Runnable task) {
    MonotonicTime due = time.now().plus(Duration.ofMillis(random.nextInt(from, to + 1)));
    last = due.isBefore(last) ? last : due;
    own.after(last.since(time.now()), task);
  }
}
