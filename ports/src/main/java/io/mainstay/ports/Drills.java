package io.mainstay.ports;

import io.mainstay.model.Actor;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.DrillSpec;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.DrillRecord;
import io.mainstay.model.state.DrillReport;
import io.mainstay.model.state.Operation;
import io.mainstay.model.state.PlannedDrill;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Rehearsals: break an instance for real, under load, and measure. Any thread. */
public interface Drills {
  /** Begins one; refused while another runs, or where the governor would not allow the loss. */
  CommandResult start(Request request, Actor actor);

  /** A drill of the file; empty: there is none of that name. */
  Optional<Request> described(ServiceName service, String name, boolean force, String reason);

  /** How far a drill is; empty if there is none of that id. */
  Optional<Operation> operation(String id);

  /** The result of a drill that is done. */
  Optional<DrillReport> report(String id);

  /** The drills that are over, the newest first, also those of earlier servers of this folder. */
  List<DrillRecord> history();

  /** Those of the file that come by themselves, and why not now, as this server knows. */
  List<PlannedDrill> planned();

  /**
   * What to rehearse.
   *
   * @param service over whose listener the load goes
   * @param kind what is broken
   * @param name in the file, which gives the rest; empty: it is not described there
   * @param dependency of a {@code dependency}: which service hangs; empty: the only one
   * @param requestsPerSecond of the load, 1 to 5000
   * @param duration of the load, 2 s to 10 min; the break comes after a fifth of it
   * @param force overrules the governor
   * @param reason the operator's words
   */
  record Request(
      ServiceName service,
      DrillReport.Kind kind,
      Optional<String> name,
      Optional<ServiceName> dependency,
      int requestsPerSecond,
      Duration duration,
      boolean force,
      String reason) {
    /** What is not described in the file. */
    public Request(
        ServiceName service,
        DrillReport.Kind kind,
        int requestsPerSecond,
        Duration duration,
        boolean force,
        String reason) {
      this(
          service,
          kind,
          Optional.empty(),
          Optional.empty(),
          requestsPerSecond,
          duration,
          force,
          reason);
    }

    /** As the file describes it. */
    public static Request of(ServiceName service, DrillSpec drill, boolean force, String reason) {
      return new Request(
          service,
          drill.kind(),
          Optional.of(drill.name()),
          drill.dependency(),
          drill.requestsPerSecond(),
          drill.load(),
          drill.force() || force,
          reason);
    }
  }
}
