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
   * @param frozen whether it is known to be frozen
   * @param found hears who it is, if it had to be looked for
   * @param result hears what came of it
   * @param exited hears of its end
   */
  static void of(
      World world,
      InstanceId id,
      Optional<ProcessIdentity> process,
      String nonce,
      boolean frozen,
      Consumer<ProcessIdentity> found,
      Consumer<LifecycleEvent> result,
      Consumer<Exit> exited) {
    if (process.isPresent()) {
      takeOver(world, id, process.get(), frozen, result, exited);
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
              takeOver(world, id, identity.get(), frozen, result, exited);
            });
  }

  private static void takeOver(
      World world,
      InstanceId id,
      ProcessIdentity identity,
      boolean frozen,
      Consumer<LifecycleEvent> result,
      Consumer<Exit> exited) {
    world
        .host()
        .adopt(
            id,
            identity,
            outcome -> {
              switch (outcome) {
                case ProcessHost.AdoptOutcome.Adopted _ -> {
                  if (!frozen) {
                    // It may be, if the disk did not take the note; nobody would ever thaw it.
                    world.host().freeze(identity, false, thawed -> {});
                  }
                  result.accept(new LifecycleEvent.Adopted());
                }
                case ProcessHost.AdoptOutcome.Gone(String reason) ->
                    result.accept(new LifecycleEvent.AdoptionFailed(reason));
              }
            },
            exited);
  }

  /** How a process ended that nobody saw end. */
  static Exit unknownExit(Instant now) {
    return new Exit(OptionalInt.empty(), Optional.empty(), false, false, now, List.of());
  }
}
