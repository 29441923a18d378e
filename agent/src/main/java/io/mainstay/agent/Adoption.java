package io.mainstay.agent;

import io.mainstay.decisions.lifecycle.LifecycleEvent;
import io.mainstay.model.InstanceId;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.ProcessHost;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Takes over the process that an earlier server wrote down, or was about to write down. */
final class Adoption {
  private Adoption() {}

  /**
   * Begins.
   *
   * @param process who it is, if that was written down
   * @param nonce what it carries, to look for it otherwise
   * @param found hears who it is, if it had to be looked for
   * @param result hears what came of it
   * @param exited hears of its end
   */
  static void of(
      World world,
      InstanceId id,
      Optional<ProcessIdentity> process,
      String nonce,
      Consumer<ProcessIdentity> found,
      Consumer<LifecycleEvent> result,
      Consumer<Exit> exited) {
    if (process.isPresent()) {
      takeOver(world, id, process.get(), result, exited);
      return;
    }
    world
        .host()
        .find(
            nonce,
            identity -> {
              if (identity.isEmpty()) {
                result.accept(new LifecycleEvent.NothingToAdopt());
                return;
              }
              found.accept(identity.get());
              takeOver(world, id, identity.get(), result, exited);
            });
  }

  private static void takeOver(
      World world,
      InstanceId id,
      ProcessIdentity identity,
      Consumer<LifecycleEvent> result,
      Consumer<Exit> exited) {
    world
        .host()
        .adopt(
            id,
            identity,
            outcome ->
                result.accept(
                    switch (outcome) {
                      case ProcessHost.AdoptOutcome.Adopted _ -> new LifecycleEvent.Adopted();
                      case ProcessHost.AdoptOutcome.Gone(String reason) ->
                          new LifecycleEvent.AdoptionFailed(reason);
                    }),
            exited);
  }

  /** How a process ended that nobody saw end. */
  static Exit unknownExit(Instant now) {
    return new Exit(OptionalInt.empty(), Optional.empty(), false, false, now, List.of());
  }
}
