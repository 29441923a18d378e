package io.mainstay.model.spec;

import io.mainstay.model.ServiceName;
import io.mainstay.model.state.DrillReport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A rehearsal that the file describes: run by hand by its name, or by itself now and then.
 *
 * @param name its name, unique in its service
 * @param kind what is broken
 * @param breaking of a {@code business}: the command that breaks it; empty for other kinds
 * @param mending of a {@code business}: the command that mends it; empty for other kinds
 * @param dependency of a {@code dependency}: which service hangs; empty: the only one that the
 *     service depends on
 * @param requestsPerSecond of the load, 1 to 5000
 * @param load how long the load goes on, 2 s to 10 min; the break comes after a fifth of it
 * @param within how long after mending (after the break, of what mends itself) all may take to be
 *     well again; longer is a failure
 * @param failed the share of requests that may fail, 0 to 1; more is a failure
 * @param every how often by itself; empty: only by hand
 * @param window when by itself; empty: at any time
 * @param budget requests that the drills of the service may cost within 30 days before those that
 *     come by themselves wait
 * @param force whether it may go below the governor's floor
 */
public record DrillSpec(
    String name,
    DrillReport.Kind kind,
    List<String> breaking,
    List<String> mending,
    Optional<ServiceName> dependency,
    int requestsPerSecond,
    Duration load,
    Duration within,
    double failed,
    Optional<Duration> every,
    Optional<Window> window,
    long budget,
    boolean force) {
  /** Copies the commands. */
  public DrillSpec {
    breaking = List.copyOf(breaking);
    mending = List.copyOf(mending);
  }
}
