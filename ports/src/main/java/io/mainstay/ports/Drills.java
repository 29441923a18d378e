package io.mainstay.ports;

import io.mainstay.model.Actor;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.DrillReport;
import io.mainstay.model.state.Operation;
import java.time.Duration;
import java.util.Optional;

/** Rehearsals: break an instance for real, under load, and measure. Any thread. */
public interface Drills {
  /** Begins one; refused while another runs, or where the governor would not allow the loss. */
  CommandResult start(Request request, Actor actor);

  /** How far a drill is; empty if there is none of that id. */
  Optional<Operation> operation(String id);

  /** The result of a drill that is done. */
  Optional<DrillReport> report(String id);

  /**
   * What to rehearse.
   *
   * @param service whose instance is broken; needs a listener
   * @param kind how
   * @param requestsPerSecond of the load, 1 to 5000
   * @param duration of the load, 2 s to 10 min; the break comes after a fifth of it
   * @param force overrules the governor
   * @param reason the operator's words
   */
  record Request(
      ServiceName service,
      DrillReport.Kind kind,
      int requestsPerSecond,
      Duration duration,
      boolean force,
      String reason) {}
}
