package io.mainstay.decisions.lifecycle;

import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.ServiceSpec.RestartPolicy;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.spec.ServiceSpec.StopPolicy;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is wanted of an instance, and the rules that its service gives.
 *
 * @param wish what is to become of it
 * @param reason of the wish, one sentence
 * @param isolated whether a hold is for a look at it
 * @param role in the traffic or behind it
 * @param minGeneration runs of a lower generation are to be replaced
 * @param revision of the spec that the next run will have
 * @param process whether there is a process; not for upstreams
 * @param traffic whether it takes traffic at all
 * @param mode how ready its standbys are
 * @param rehearse how often a frozen standby is checked
 * @param needed whether fewer instances serve than should, so that a thawed standby stays thawed
 * @param hooks the turning points that have a command
 * @param startupCheck whether there is a startup check
 * @param startupWithin how long that may take to pass
 * @param readyCheck whether there is a ready check
 * @param readyAfter without a ready check: ready after running that long
 * @param hookAgain pause before a failed ready hook is tried again
 * @param restart what follows an exit
 * @param stop how it ends
 */
public record LifecyclePolicy(
    Wish wish,
    String reason,
    boolean isolated,
    Role role,
    long minGeneration,
    int revision,
    boolean process,
    boolean traffic,
    StandbyMode mode,
    Duration rehearse,
    boolean needed,
    List<HookMoment> hooks,
    boolean startupCheck,
    Optional<Duration> startupWithin,
    boolean readyCheck,
    Duration readyAfter,
    Duration hookAgain,
    RestartPolicy restart,
    StopPolicy stop) {

  private static final Duration HOOK_AGAIN = Duration.ofSeconds(1);

  /** Copies the list. */
  public LifecyclePolicy {
    hooks = List.copyOf(hooks);
  }

  /** What is to become of an instance. */
  public enum Wish {
    /** Keep it up. */
    RUN,
    /** Keep its process out of the traffic; do not start one. */
    HOLD,
    /** Stop it in order and forget it. */
    REMOVE,
    /** Stop it in order because the server ends; what is written about it stays. */
    END
  }

  /**
   * The policy that follows from what is written down.
   *
   * @param spec of the run that is under way, else of the next one
   * @param assignment what the controller wants
   * @param ending whether the server is about to end
   * @param needed see {@link #needed}
   */
  public static LifecyclePolicy of(
      ServiceSpec spec, Assignment assignment, boolean ending, boolean needed) {
    Wish wish =
        switch (assignment.directive()) {
          case RUN -> Wish.RUN;
          case DRAIN, ISOLATE -> Wish.HOLD;
          case REMOVE -> Wish.REMOVE;
        };
    boolean process = spec.workload() instanceof Workload.Run;
    Checks checks = spec.checks();
    return new LifecyclePolicy(
        ending && wish != Wish.REMOVE ? Wish.END : wish,
        ending && wish != Wish.REMOVE ? "the server ends" : assignment.reason(),
        assignment.directive() == Directive.ISOLATE,
        assignment.role(),
        assignment.minGeneration(),
        assignment.revision(),
        process,
        !process || !(spec.port() instanceof PortPolicy.None),
        spec.standby().mode(),
        spec.standby().rehearse(),
        needed,
        process ? hooks(spec.hooks()) : List.of(),
        checks.startup().isPresent(),
        checks.startup().flatMap(Checks.Check::within),
        checks.ready().isPresent(),
        spec.readyAfter(),
        HOOK_AGAIN,
        spec.restart(),
        spec.stop());
  }

  /** Whether a command runs at that moment. */
  public boolean has(HookMoment moment) {
    return hooks.contains(moment);
  }

  /** A standby that is started, made ready, then frozen. */
  boolean freezes() {
    return process && role == Role.STANDBY && mode == StandbyMode.WARM;
  }

  /** A standby that is set up and not started. */
  boolean staysPrepared() {
    return process && role == Role.STANDBY && mode == StandbyMode.COLD;
  }

  private static List<HookMoment> hooks(ServiceSpec.Hooks hooks) {
    List<HookMoment> present = new ArrayList<>();
    hooks.setup().ifPresent(hook -> present.add(HookMoment.SETUP));
    hooks.start().ifPresent(hook -> present.add(HookMoment.START));
    hooks.ready().ifPresent(hook -> present.add(HookMoment.READY));
    hooks.drain().ifPresent(hook -> present.add(HookMoment.DRAIN));
    hooks.stop().ifPresent(hook -> present.add(HookMoment.STOP));
    return present;
  }
}
