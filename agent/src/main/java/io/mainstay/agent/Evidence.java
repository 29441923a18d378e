package io.mainstay.agent;

import io.mainstay.decisions.lifecycle.LifecycleState;
import io.mainstay.decisions.lifecycle.Memory;
import io.mainstay.model.EventKind;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Exit;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** The facts that belong to an event of an instance. */
final class Evidence {
  private Evidence() {}

  static SequencedMap<String, String> of(EventKind kind, LifecycleState state, CurrentRun run) {
    Memory memory = state.memory();
    SequencedMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("generation", Long.toString(memory.generation()));
    evidence.put("revision", Integer.toString(run.revision().revision()));
    run.pid().ifPresent(pid -> evidence.put("pid", Long.toString(pid)));
    run.address().ifPresent(address -> evidence.put("address", address.toString()));
    if (memory.restarts() > 0) {
      evidence.put("restarts", Integer.toString(memory.restarts()));
    }
    if (kind == EventKind.INSTANCE_EXITED) {
      if (state instanceof LifecycleState.Clearing clearing
          && clearing.cause() == LifecycleState.Cause.ORDERED) {
        evidence.put("ordered", "true");
      }
      run.lastExit().ifPresent(exit -> add(evidence, exit));
    }
    return evidence;
  }

  /** Tells a fact with what belongs to it; a start after another run is told twice. */
  static void tell(
      InstanceEvents events,
      EventKind kind,
      String reason,
      LifecycleState state,
      CurrentRun run,
      Assignment assignment) {
    Memory memory = state.memory();
    events.tell(kind, reason, of(kind, state, run));
    if (kind == EventKind.INSTANCE_STARTED && memory.restarts() > 0) {
      events.tell(
          EventKind.INSTANCE_RESTARTED,
          "started again as generation " + memory.generation() + why(memory, assignment, run),
          of(kind, state, run));
    }
  }

  private static String why(Memory memory, Assignment assignment, CurrentRun run) {
    return memory.generation() == assignment.minGeneration()
        ? ": " + assignment.reason()
        : run.lastExit().map(exit -> " after: " + exit.describe()).orElse("");
  }

  private static void add(SequencedMap<String, String> evidence, Exit exit) {
    exit.code().ifPresent(code -> evidence.put("code", Integer.toString(code)));
    exit.signal().ifPresent(signal -> evidence.put("signal", signal));
    if (exit.outOfMemory()) {
      evidence.put("oom", "true");
    }
    if (!exit.lastLines().isEmpty()) {
      evidence.put("stderr", String.join("\n", exit.lastLines()));
    }
  }
}
