package io.mainstay.server.drill;

import io.mainstay.model.InstanceId;
import io.mainstay.ports.ProcessHost.CommandOutcome;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Breaks a business by a command of the file, and mends it by another one. */
final class CommandFault implements Fault {
  private final String service;
  private final List<String> breaking;
  private final List<String> mending;
  private final Runner runner;
  private boolean broken;

  /** Runs a command to its end. */
  @FunctionalInterface
  interface Runner {
    /** Blocks, at most for as long as a command may take. */
    CommandOutcome run(List<String> command) throws InterruptedException;
  }

  CommandFault(String service, List<String> breaking, List<String> mending, Runner runner) {
    this.service = service;
    this.breaking = List.copyOf(breaking);
    this.mending = List.copyOf(mending);
    this.runner = runner;
  }

  @Override
  public String victim() {
    return service;
  }

  @Override
  public Optional<InstanceId> instance() {
    return Optional.empty();
  }

  @Override
  public synchronized void inject() throws IOException, InterruptedException {
    broken = true;
    run("break", breaking);
  }

  /** Tries a second time, since it must not stay broken for a passing reason. */
  @Override
  public synchronized void mend() throws IOException {
    if (!broken) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    try {
      try {
        run("mend", mending);
      } catch (IOException e) {
        run("mend", mending);
      }
      broken = false;
    } catch (InterruptedException e) {
      interrupted = true;
      throw new IOException("mend: interrupted", e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run(String key, List<String> command) throws IOException, InterruptedException {
    CommandOutcome outcome = runner.run(command);
    if (!outcome.succeeded()) {
      throw new IOException(
          key
              + ": "
              + outcome.problem().orElseGet(() -> "exit code " + outcome.code().orElse(-1))
              + (outcome.output().isBlank() ? "" : ": " + outcome.output().strip()));
    }
  }
}
