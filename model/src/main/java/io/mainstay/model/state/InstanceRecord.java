package io.mainstay.model.state;

import io.mainstay.model.InstanceId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the agent writes down about an instance before and after each step, so that its next run can
 * find the process again.
 *
 * @param id which
 * @param generation of the run that was begun last
 * @param service the spec and revision of that run
 * @param assignment what was asked for last
 * @param nonce of the run; written before the process is started
 * @param process known once it was started
 * @param port that it was given
 * @param restarts starts after the first
 * @param setupDone whether the setup hook of this generation has run
 * @param frozen whether it was frozen last
 * @param exits wall-clock milliseconds of recent exits, for the crash-loop rule
 * @param lastExit how the previous run ended
 */
public record InstanceRecord(
    InstanceId id,
    long generation,
    ServiceRevision service,
    Assignment assignment,
    Optional<String> nonce,
    Optional<ProcessIdentity> process,
    OptionalInt port,
    int restarts,
    boolean setupDone,
    boolean frozen,
    List<Long> exits,
    Optional<Exit> lastExit) {
  /** Copies the list. */
  public InstanceRecord {
    exits = List.copyOf(exits);
  }
}
