package io.mainstay.testkit;

import io.mainstay.model.InstanceId;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.ProcessHost;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** One server's view of a {@link FakeMachine}. */
final class FakeProcessHost implements ProcessHost {
  private static final Duration SOON = Duration.ofMillis(1);

  private final FakeMachine machine;
  private final Mailbox mailbox;
  private final Consumer<String> step;

  FakeProcessHost(FakeMachine machine, Mailbox mailbox, Consumer<String> step) {
    this.machine = machine;
    this.mailbox = mailbox;
    this.step = step;
  }

  @Override
  public void start(StartRequest request, Consumer<StartOutcome> started, Consumer<Exit> exited) {
    step.accept("before start " + request.instance());
    machine.asked(request);
    FakeProgram program = machine.programOf(request.instance());
    if (program.startProblem().isPresent()) {
      String problem = program.startProblem().get();
      mailbox.after(program.startTakes(), () -> started.accept(new StartOutcome.Failed(problem)));
      return;
    }
    FakeProcess process = machine.spawn(request);
    Exit[] early = new Exit[1];
    boolean[] told = new boolean[1];
    process.watch(exit -> {
      early[0] = exit;
      if (told[0]) {
        mailbox.post(() -> exited.accept(exit));
      }
    });
    mailbox.after(
        program.startTakes(),
        () -> {
          told[0] = true;
          started.accept(new StartOutcome.Started(process.identity(), Optional.empty()));
          if (early[0] != null) {
            Exit exit = early[0];
            mailbox.post(() -> exited.accept(exit));
          }
        });
    step.accept("after start " + request.instance());
  }

  @Override
  public void adopt(
      InstanceId instance,
      ProcessIdentity identity,
      Consumer<AdoptOutcome> adopted,
      Consumer<Exit> exited) {
    step.accept("before adopt " + instance);
    Optional<FakeProcess> process = machine.find(identity).filter(FakeProcess::isAlive);
    if (process.isEmpty()) {
      mailbox.after(SOON, () -> adopted.accept(new AdoptOutcome.Gone("no such process")));
      return;
    }
    mailbox.post(() -> adopted.accept(new AdoptOutcome.Adopted()));
    process.get().watch(exit -> mailbox.post(() -> exited.accept(exit)));
    step.accept("after adopt " + instance);
  }

  @Override
  public void find(String nonce, Consumer<Optional<ProcessIdentity>> found) {
    step.accept("before find");
    Optional<ProcessIdentity> identity = machine.find(nonce).map(FakeProcess::identity);
    mailbox.after(SOON, () -> found.accept(identity));
  }

  @Override
  public void strays(List<String> known, Consumer<List<Stray>> found) {
    List<Stray> strays =
        machine.live().stream()
            .filter(process -> !known.contains(process.identity().nonce()))
            .map(process -> Stray.of(process.identity(), true, process.environment()))
            .toList();
    mailbox.after(SOON, () -> found.accept(strays));
  }

  @Override
  public void signal(ProcessIdentity process, String signal) {
    step.accept("before signal");
    machine.find(process).ifPresent(found -> found.signal(signal));
    step.accept("after signal");
  }

  @Override
  public void kill(ProcessIdentity process, Runnable gone) {
    step.accept("before kill");
    machine.find(process).ifPresent(FakeProcess::kill);
    mailbox.after(SOON, gone);
    step.accept("after kill");
  }

  @Override
  public void freeze(ProcessIdentity process, boolean frozen, Consumer<Boolean> done) {
    step.accept("before freeze " + frozen);
    Optional<FakeProcess> found = machine.find(process).filter(FakeProcess::isAlive);
    boolean works = found.isPresent() && (machine.canFreeze() || !frozen);
    if (works) {
      found.get().freeze(frozen);
    }
    mailbox.after(SOON, () -> done.accept(works));
    step.accept("after freeze " + frozen);
  }

  @Override
  public void dumpThreads(
      InstanceId instance, ProcessIdentity process, Consumer<Optional<ThreadDump>> done) {
    Optional<ThreadDump> dump =
        machine
            .find(process)
            .filter(FakeProcess::isAlive)
            .map(found -> new ThreadDump(process.pid(), true, "the threads of " + instance));
    mailbox.after(SOON, () -> done.accept(dump));
  }

  @Override
  public void run(CommandRequest request, Consumer<CommandOutcome> done) {
    step.accept("before command");
    CommandOutcome outcome = machine.run(request);
    mailbox.after(Duration.ofMillis(5), () -> done.accept(outcome));
    step.accept("after command");
  }

  @Override
  public OptionalInt freePort(InstanceId instance, OptionalInt preferred) {
    return machine.freePort(instance, preferred);
  }

  @Override
  public Duration cpuTime(ProcessIdentity process) {
    // Half a core, for as long as it runs.
    return machine
        .find(process)
        .map(found -> machine.time().now().since(found.since()).dividedBy(2))
        .orElse(Duration.ZERO);
  }
}
