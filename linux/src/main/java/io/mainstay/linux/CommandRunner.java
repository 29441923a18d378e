package io.mainstay.linux;

import io.mainstay.linux.calls.Errno;
import io.mainstay.linux.calls.LinuxCalls;
import io.mainstay.linux.calls.SpawnCall;
import io.mainstay.linux.calls.WaitStatus;
import io.mainstay.linux.logs.FileLogSource;
import io.mainstay.model.InstanceId;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.ProcessHost.CommandOutcome;
import io.mainstay.ports.ProcessHost.CommandRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Runs hooks and checks. Those of an instance write to its log themselves, so that they too outlive
 * the server; others, which are short, write to pipes of ours.
 */
final class CommandRunner {
  private final ProcFs processes;
  private final ExitReader exits;
  private final Poller poller;
  private final Mailbox commands;
  private final TreeKiller killer;
  private final FileLogSource logs;
  private long count;

  CommandRunner(
      ProcFs processes,
      ExitReader exits,
      Poller poller,
      Mailbox commands,
      TreeKiller killer,
      FileLogSource logs) {
    this.processes = processes;
    this.exits = exits;
    this.poller = poller;
    this.commands = commands;
    this.killer = killer;
    this.logs = logs;
  }

  /** Starts a command; on the commands' thread. {@code done} is called on any. */
  void run(CommandRequest request, Consumer<CommandOutcome> done) {
    // A nonce of its own: a hook and what it left behind are no part of the instance's run.
    String nonce = "command-" + ProcessHandle.current().pid() + "-" + ++count;
    SequencedMap<String, String> environment = new LinkedHashMap<>(request.environment());
    environment.put(ProcFs.NONCE, nonce);
    environment.remove(ProcFs.FOLDER);
    CommandOutput output;
    long pid;
    try {
      Launch launch =
          Launch.of(
              request.command(),
              request.directory(),
              environment,
              request.user(),
              List.of(),
              OptionalLong.empty());
      output = open(request.instance());
      pid =
          SpawnCall.spawn(
              launch.program(),
              launch.words(),
              launch.environment(),
              request.directory(),
              output.stdout(),
              output.stderr());
    } catch (Launch.Refused | IOException e) {
      done.accept(failed(String.valueOf(e.getMessage())));
      return;
    }
    int pidfd = pid < 0 ? -1 : LinuxCalls.pidfdOpen(pid);
    if (pidfd < 0) {
      output.close();
      done.accept(
          failed(
              "cannot start "
                  + request.command().getFirst()
                  + ": "
                  + Errno.describe(pid < 0 ? pid : pidfd)));
      return;
    }
    output.started(poller);
    long startTicks = processes.stat(pid).map(ProcFs.Stat::startTicks).orElse(0L);
    watch(
        request,
        new ProcessIdentity(pid, startTicks, processes.bootId(), nonce),
        pidfd,
        output,
        done);
  }

  private void watch(
      CommandRequest request,
      ProcessIdentity identity,
      int pidfd,
      CommandOutput output,
      Consumer<CommandOutcome> done) {
    AtomicBoolean timedOut = new AtomicBoolean();
    AtomicBoolean ended = new AtomicBoolean();
    Mailbox.Cancellable timer =
        commands.after(
            request.timeout(),
            () -> {
              if (!ended.get()) {
                timedOut.set(true);
                killer.kill(identity, Optional.empty(), ended::get, () -> {});
              }
            });
    poller.watch(
        pidfd,
        () -> {
          Optional<WaitStatus> status = exits.status(identity, pidfd);
          ended.set(true);
          timer.cancel();
          LinuxCalls.close(pidfd);
          String text = output.finish(poller, status.equals(Optional.of(WaitStatus.exited(0))));
          done.accept(outcome(status, timedOut.get(), text, request));
          return false;
        });
  }

  private static CommandOutcome outcome(
      Optional<WaitStatus> status, boolean timedOut, String output, CommandRequest request) {
    if (status.isPresent() && status.get().signal() == 0 && !timedOut) {
      return new CommandOutcome(OptionalInt.of(status.get().code()), output, Optional.empty());
    }
    String problem =
        timedOut
            ? "no end within " + request.timeout().toMillis() + " ms"
            : status
                .map(ended -> "killed by SIG" + SignalNumbers.name(ended.signal()))
                .orElse("it ended, and nobody can tell how");
    return new CommandOutcome(OptionalInt.empty(), output, Optional.of(problem));
  }

  private CommandOutput open(Optional<InstanceId> instance) throws IOException {
    return instance.isPresent()
        ? CommandOutput.toLog(logs, instance.get())
        : CommandOutput.toPipes();
  }

  private static CommandOutcome failed(String reason) {
    return new CommandOutcome(OptionalInt.empty(), "", Optional.of(reason));
  }
}
