package io.mainstay.decisions.failover;

import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Endpoint.Readiness;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The instances of another node as the gateway here is to see them: what that node's agent last
 * wrote, with the role that the controller last wrote. The agent here tells its own gateway more
 * precisely and sooner; the two agree on everything that an agent writes down, but for the number
 * of a run that is over: its own gateway hears of the next one, which no one else can know of
 * before it begins. A failed start is tried again under the same number.
 */
public final class RemoteEndpoints {
  private RemoteEndpoints() {}

  /**
   * The endpoints of one node, sorted by instance.
   *
   * @param observed what its agent wrote
   * @param assignments what is wanted of it; empty: nothing was written yet
   * @param present whether the node's session lives. A node that is away keeps its endpoints, since
   *     only its link to the coordinator may be down, but for those that were replaced elsewhere,
   *     which become standbys or are to be removed: nobody who is ejected is followed by one of
   *     them
   */
  public static List<Endpoint> of(
      Observed observed, Optional<Assignments> assignments, boolean present) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (ObservedInstance instance : observed.instances()) {
      Optional<Assignment> wanted =
          assignments.flatMap(all ->
              all.instances().stream().filter(one -> one.id().equals(instance.id())).findFirst());
      Role role = wanted.map(Assignment::role).orElse(instance.role());
      boolean replaced =
          !present && (role == Role.STANDBY || wanted.filter(RemoteEndpoints::isWanted).isEmpty());
      Readiness readiness =
          replaced ? Readiness.OUT : readiness(instance, wanted.filter(RemoteEndpoints::isWanted));
      endpoints.add(
          new Endpoint(
              instance.id(),
              observed.node(),
              instance.generation(),
              role,
              readiness == Readiness.READY && instance.address().isEmpty()
                  ? Readiness.OUT
                  : readiness,
              instance.address(),
              instance.share()));
    }
    return List.copyOf(endpoints);
  }

  private static boolean isWanted(Assignment assignment) {
    return assignment.directive() != Directive.REMOVE;
  }

  private static Readiness readiness(ObservedInstance instance, Optional<Assignment> wanted) {
    boolean run = wanted.filter(one -> one.directive() == Directive.RUN).isPresent();
    return switch (instance.phase()) {
      case PENDING, STARTING, STOPPING, BACKING_OFF -> run ? Readiness.STARTING : Readiness.OUT;
      case READY -> Readiness.READY;
      case NOT_READY -> Readiness.NOT_READY;
      case FROZEN -> Readiness.FROZEN;
      case HELD, DRAINING -> Readiness.DRAINING;
      case PREPARED, PARKED, STOPPED -> Readiness.OUT;
    };
  }
}
