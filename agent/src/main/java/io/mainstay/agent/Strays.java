package io.mainstay.agent;

import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.InstanceRecord;
import io.mainstay.model.state.ServiceRevision;
import io.mainstay.ports.ProcessHost;
import io.mainstay.ports.ProcessHost.Stray;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Processes of earlier servers of this data folder of which nothing readable is written down. One
 * that says all about itself waits for the controller: if its instance is wanted as it is, it is
 * taken over. Any other is ended, and until it is gone its instance is not started. In the agent's
 * mailbox.
 */
final class Strays {
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final World world;
  private final Runnable gone;
  private final TreeMap<InstanceId, Stray> waiting = new TreeMap<>();
  private final List<Stray> ending = new ArrayList<>();

  /**
   * None yet.
   *
   * @param gone runs each time one that was ended is gone
   */
  Strays(World world, Runnable gone) {
    this.world = world;
    this.gone = gone;
  }

  /**
   * Takes them in.
   *
   * @param known instances of which something is written down; a stray of theirs is a twin
   */
  void found(List<Stray> strays, Collection<InstanceId> known) {
    for (Stray stray : strays) {
      InstanceId id = stray.instance().orElse(null);
      if (id == null || !stray.isComplete()) {
        end(stray, "what it says about itself does not suffice to take it over");
      } else if (known.contains(id) || waiting.containsKey(id)) {
        end(stray, "another process is the one of " + id);
      } else {
        waiting.put(id, stray);
      }
    }
  }

  /** What is to be taken over for a wish; if what runs does not fit, it is ended. */
  Optional<InstanceRecord> claim(Assignment assignment, ServiceRevision service) {
    Stray stray = waiting.remove(assignment.id());
    if (stray == null) {
      return Optional.empty();
    }
    if (stray.revision() != service.revision()) {
      end(stray, "it is of revision " + stray.revision() + ", wanted is " + service.revision());
      return Optional.empty();
    }
    return Optional.of(
        new InstanceRecord(
            assignment.id(),
            stray.generation(),
            service,
            assignment,
            Optional.of(stray.process().nonce()),
            Optional.of(stray.process()),
            stray.port(),
            0,
            false, // as of every run that was used: the next one is set up anew
            false,
            List.of(),
            Optional.empty()));
  }

  /** Whether something of the instance runs that must be gone before its next start. */
  boolean isEnding(InstanceId id) {
    return ending.stream().anyMatch(stray -> stray.instance().equals(Optional.of(id)));
  }

  /** Ends those of instances that nobody wants here. */
  void keepOnly(Collection<InstanceId> wanted) {
    for (InstanceId id : List.copyOf(waiting.keySet())) {
      if (!wanted.contains(id)) {
        endWaiting(id, "it is not assigned to this node");
      }
    }
  }

  /** Ends all. */
  void endAll() {
    List.copyOf(waiting.keySet()).forEach(id -> endWaiting(id, "the server ends"));
  }

  /** KILLs what is being ended. */
  void killAll() {
    List.copyOf(ending).forEach(stray -> world.host().kill(stray.process(), () -> {}));
  }

  /** Whether none is left. */
  boolean isEmpty() {
    return waiting.isEmpty() && ending.isEmpty();
  }

  private void endWaiting(InstanceId id, String why) {
    Stray stray = waiting.remove(id);
    if (stray != null) {
      end(stray, why);
    }
  }

  private void end(Stray stray, String why) {
    ending.add(stray);
    String reason =
        "process "
            + stray.process().pid()
            + " of an earlier server, of which nothing readable is written down, is ended: "
            + why;
    if (stray.instance().isEmpty() || !stray.main()) {
      NodeEvents.tell(world, EventKind.INSTANCE_KILLED, reason);
      kill(stray);
      return;
    }
    InstanceId id = stray.instance().get();
    new InstanceEvents(world, id)
        .tell(
            EventKind.INSTANCE_KILLED,
            reason,
            InstanceEvents.evidence(
                "pid",
                Long.toString(stray.process().pid()),
                "generation",
                Long.toString(stray.generation())));
    world
        .host()
        .adopt(
            id,
            stray.process(),
            outcome -> {
              switch (outcome) {
                case ProcessHost.AdoptOutcome.Adopted _ -> {
                  world.host().signal(stray.process(), "TERM");
                  world.mailbox().after(GRACE, () -> kill(stray));
                }
                case ProcessHost.AdoptOutcome.Gone _ -> isGone(stray);
              }
            },
            exit -> kill(stray));
  }

  private void kill(Stray stray) {
    if (ending.contains(stray)) {
      world.host().kill(stray.process(), () -> isGone(stray));
    }
  }

  private void isGone(Stray stray) {
    if (ending.remove(stray)) {
      gone.run();
    }
  }
}
