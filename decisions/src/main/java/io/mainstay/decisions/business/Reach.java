package io.mainstay.decisions.business;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.TransactionSpec;
import io.mainstay.model.spec.TransactionSpec.Action;
import io.mainstay.model.state.Pin;
import io.mainstay.model.state.TransactionRun;
import io.mainstay.model.state.TransactionRun.Outcome;
import java.util.Collection;

/**
 * What a run says of an instance on another machine. One that answers wrongly does not do its work;
 * of one that gives no answer nobody here can tell whether it or the way to it is broken: its own
 * gateway may well reach it, and users through that one. Checks and gateways over there know.
 */
public final class Reach {
  private Reach() {}

  /** Whether runs ask the service itself, through its listener: then it is seen who answered. */
  static boolean asksItself(TransactionSpec spec, ServiceName owner) {
    return spec.steps().stream()
        .anyMatch(step ->
            step.action() instanceof Action.Http http
                && http.service().filter(other -> !other.equals(owner)).isEmpty()
                && http.target().startsWith("/"));
  }

  /**
   * The run as it counts: unknown if it failed and was pinned to an instance of its service that is
   * elsewhere and never answered.
   *
   * @param elsewhere instances that are not on the machine of the gateway of the run
   */
  public static TransactionRun judged(
      TransactionRun run, TransactionSpec spec, Collection<InstanceId> elsewhere) {
    ServiceName owner = run.key().service();
    boolean unanswered =
        run.outcome() == Outcome.FAILED
            && asksItself(spec, owner)
            && run.pins().stream()
                .anyMatch(pin ->
                    pin.service().equals(owner)
                        && pin.target() instanceof Pin.Target.One one
                        && elsewhere.contains(one.instance())
                        && !answered(run, one.instance()));
    return unanswered
        ? new TransactionRun(
            run.key(),
            run.pins(),
            Outcome.UNKNOWN,
            run.failure(),
            run.steps(),
            run.calls(),
            run.startedAt(),
            run.took(),
            run.leftovers())
        : run;
  }

  private static boolean answered(TransactionRun run, InstanceId instance) {
    return run.calls().stream()
        .anyMatch(
            call -> call.status() != 0 && call.instance().filter(instance::equals).isPresent());
  }
}
