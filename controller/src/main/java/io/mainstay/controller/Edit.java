package io.mainstay.controller;

import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.Overrides;
import java.util.List;
import java.util.Optional;

/** What a command comes to. */
sealed interface Edit {
  /** Nothing is written. */
  record Answer(CommandResult result) implements Edit {}

  /**
   * Stored state changes, then an operation begins.
   *
   * @param desired what is applied, if it is an apply
   * @param overrides as they should be
   * @param what the operation, one phrase
   * @param goal when it is done
   * @param events what to tell once it is stored
   */
  record Write(
      Optional<Desired> desired, Overrides overrides, String what, Goal goal, List<Told> events)
      implements Edit {}

  /**
   * The roles of two instances change places.
   *
   * @param standby is to serve
   * @param out is to stand by; empty: nobody serves too many then
   * @param what the operation, one phrase
   */
  record Swap(InstanceId standby, Optional<InstanceId> out, String what, String reason)
      implements Edit {}

  /**
   * A node is forgotten, with all that was wanted of it.
   *
   * @param node which
   * @param overrides as they should be then
   */
  record Forget(NodeName node, Overrides overrides) implements Edit {}

  /**
   * An event of a command.
   *
   * @param kind what happened
   * @param service whom it concerns
   * @param instance whom it concerns
   * @param reason one sentence
   * @param evidence what mattered
   */
  record Told(
      EventKind kind,
      Optional<ServiceName> service,
      Optional<InstanceId> instance,
      String reason,
      Evidence evidence) {}
}
