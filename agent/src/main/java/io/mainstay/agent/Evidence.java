package io.mainstay.agent;

import io.mainstay.decisions.lifecycle.LifecycleState;
import io.mainstay.decisions.lifecycle.Memory;
import io.mainstay.model.EventKind;
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
