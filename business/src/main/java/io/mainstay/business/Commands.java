package io.mainstay.business;

import io.mainstay.ports.ProcessHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Runs commands and waits for them. Any thread. */
public final class Commands {
  private final ProcessHost processes;

  /** By this host. */
  public Commands(ProcessHost processes) {
    this.processes = processes;
  }

  /**
   * Runs one to its end; it is killed with its group at the time-out, whether somebody still waits
   * or not.
   *
   * @throws InterruptedException if nobody waits for it any more
   */
  public ProcessHost.CommandOutcome run(
      List<String> command,
      Path directory,
      SequencedMap<String, String> environment,
      Optional<String> user,
      Duration timeout)
      throws InterruptedException {
    CompletableFuture<ProcessHost.CommandOutcome> ended = new CompletableFuture<>();
    processes.run(
        new ProcessHost.CommandRequest(
            Optional.empty(), command, directory, environment, user, timeout),
        ended::complete);
    try {
      return ended.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // it is only ever completed with a value
    }
  }
}
