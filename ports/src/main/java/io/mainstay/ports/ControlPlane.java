package io.mainstay.ports;

import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Explanation;
import io.mainstay.model.state.Operation;
import io.mainstay.model.state.Plan;
import io.mainstay.model.state.Status;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What the API asks of the inside. Any thread; reading is from the last published view. */
public interface ControlPlane {
  /** What users see of everything now. */
  Status status();

  /** Why a service or an instance is in its state; empty if there is none of that name. */
  Optional<Explanation> explain(String subject);

  /** What {@link Command.Apply} of this deployment would do. */
  CompletionStage<Plan> plan(Deployment deployment);

  /** Has a command carried out. */
  CompletionStage<CommandResult> submit(Command command, Actor actor);

  /** An operation of a command that was accepted; kept for a while after its end. */
  Optional<Operation> operation(String id);

  /** A push check reports. Answers whether that instance has such a check. */
  boolean push(InstanceId instance, boolean passed, String message);
}
