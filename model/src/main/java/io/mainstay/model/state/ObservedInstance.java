package io.mainstay.model.state;

import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the agent knows about one instance. Observed state: stored on transitions only.
 *
 * @param id which
 * @param node where
 * @param generation grows with each start of a process; 0 before the first
 * @param revision of the spec that it runs (or will start)
 * @param role the role of the assignment that the agent last acted on
 * @param phase where it stands
 * @param liveFailing whether its live check has failed {@code fall} times: a restart is due
 * @param pid of its process
 * @param address where it takes traffic
 * @param since wall clock of the last change of {@code phase}
 * @param restarts starts after the first one under this id
 * @param lastExit how the previous run ended
 * @param reason one sentence for {@code phase}
 * @param share of its weight in the traffic that it asks for, above 0, at most 1
 */
public record ObservedInstance(
    InstanceId id,
    NodeName node,
    long generation,
    int revision,
    Role role,
    Phase phase,
    boolean liveFailing,
    OptionalLong pid,
    Optional<Address> address,
    Instant since,
    int restarts,
    Optional<Exit> lastExit,
    String reason,
    double share) {
  /** Whoever wrote it may not have known of shares: 0 is the whole. */
  public ObservedInstance {
    share = share == 0 ? 1 : share;
  }

  /** One that asks for its whole weight. */
  public ObservedInstance(
      InstanceId id,
      NodeName node,
      long generation,
      int revision,
      Role role,
      Phase phase,
      boolean liveFailing,
      OptionalLong pid,
      Optional<Address> address,
      Instant since,
      int restarts,
      Optional<Exit> lastExit,
      String reason) {
    this(
        id,
        node,
        generation,
        revision,
        role,
        phase,
        liveFailing,
        pid,
        address,
        since,
        restarts,
        lastExit,
        reason,
        1);
  }
}
