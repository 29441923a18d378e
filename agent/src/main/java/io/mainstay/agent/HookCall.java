package io.mainstay.agent;

import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.ServiceSpec.Hook;
import io.mainstay.ports.ProcessHost;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs the command of a hook in the surroundings of its instance. */
final class HookCall {
  private HookCall() {}

  /**
   * Runs it.
   *
   * @param done gets the problem, empty if there was none; perhaps before this method returns
   */
  static void run(
      World world, InstanceId id, RunContext context, Hook hook, Consumer<Optional<String>> done) {
    Variables variables = context.variables().copy();
    List<String> command = variables.expand(hook.command());
    if (variables.problem().isPresent()) {
      done.accept(variables.problem());
      return;
    }
    world
        .host()
        .run(
            new ProcessHost.CommandRequest(
                Optional.of(id),
                command,
                context.directory(),
                variables.environment(),
                context.user(),
                hook.timeout()),
            outcome ->
                done.accept(
                    outcome.succeeded()
                        ? Optional.empty()
                        : Optional.of(RunSetup.problem(outcome))));
  }
}
