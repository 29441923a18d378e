package io.mainstay.model.spec;

import io.mainstay.model.ServiceName;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * One service as the file asks for it. Strings that the file expands ({@code ${NAME}}) are kept as
 * written; they are expanded at the start of an instance.
 *
 * @param name its name
 * @param workload what runs, or which addresses are only checked and balanced
 * @param port how an instance gets its port; {@code NONE} for upstreams too
 * @param protocol what it speaks to the gateway
 * @param replicas how many serve
 * @param standby what waits behind them
 * @param readyAfter with port none and no check: ready after running that long
 * @param dependsOn services that must serve before an instance of this one is started first
 * @param hooks commands at the turning points of an instance
 * @param checks how it is watched
 * @param restart what follows an exit
 * @param stop how it ends
 * @param traffic how the gateway treats its requests
 * @param scale targets; empty if {@code replicas} is one number
 * @param budget the governor's limits for it
 * @param update how a changed spec replaces instances
 * @param place on which nodes it runs
 * @param disconnect what is done about instances on a node that is gone
 * @param business who answers in its place
 * @param group what else is run anew when one of its instances failed
 * @param drills rehearsals that the file describes
 */
public record ServiceSpec(
    ServiceName name,
    Workload workload,
    PortPolicy port,
    Protocol protocol,
    Replicas replicas,
    Standby standby,
    Duration readyAfter,
    List<ServiceName> dependsOn,
    Hooks hooks,
    Checks checks,
    RestartPolicy restart,
    StopPolicy stop,
    TrafficPolicy traffic,
    Optional<ScalePolicy> scale,
    DisruptionBudget budget,
    UpdatePolicy update,
    Place place,
    Disconnect disconnect,
    Business business,
    GroupStrategy group,
    List<DrillSpec> drills) {

  /** Copies the collections. */
  public ServiceSpec {
    dependsOn = List.copyOf(dependsOn);
    drills = List.copyOf(drills);
  }

  /** Placed anywhere, with the defaults for lost nodes, and without a fallback. */
  public ServiceSpec(
      ServiceName name,
      Workload workload,
      PortPolicy port,
      Protocol protocol,
      Replicas replicas,
      Standby standby,
      Duration readyAfter,
      List<ServiceName> dependsOn,
      Hooks hooks,
      Checks checks,
      RestartPolicy restart,
      StopPolicy stop,
      TrafficPolicy traffic,
      Optional<ScalePolicy> scale,
      DisruptionBudget budget,
      UpdatePolicy update) {
    this(
        name,
        workload,
        port,
        protocol,
        replicas,
        standby,
        readyAfter,
        dependsOn,
        hooks,
        checks,
        restart,
        stop,
        traffic,
        scale,
        budget,
        update,
        Place.ANYWHERE,
        Disconnect.DEFAULT,
        Business.NONE,
        GroupStrategy.ONE_FOR_ONE,
        List.of());
  }

  /** What the gateway can be asked to speak to instances. */
  public enum Protocol {
    AUTO,
    HTTP1,
    TCP
  }

  /**
   * How many instances serve.
   *
   * @param min lower bound, at least 0 (0 only once scale-to-zero is supported; so from 1)
   * @param max upper bound, at least {@code min}
   */
  public record Replicas(int min, int max) {
    /** Whether the number may move. */
    public boolean isRange() {
      return max > min;
    }
  }

  /** How ready a standby is. */
  public enum StandbyMode {
    HOT,
    WARM,
    COLD
  }

  /**
   * The standbys of a service.
   *
   * @param count from 0
   * @param mode how ready they are
   * @param rehearse warm only: how often a frozen one is thawed and checked
   */
  public record Standby(int count, StandbyMode mode, Duration rehearse) {}

  /**
   * The governor's limits for a service: how much of it may be out at once by our own action.
   *
   * @param maxUnavailable number or share of the desired count, see {@link Amount}
   * @param floor serving instances below which no action of ours may go
   */
  public record DisruptionBudget(Amount maxUnavailable, int floor) {}

  /**
   * How {@code apply} replaces instances.
   *
   * @param surge new ones beside the old ones at a time, number or share
   * @param readyWithin how long a new one may take before the rollout is halted
   */
  public record UpdatePolicy(Amount surge, Duration readyWithin) {}

  /**
   * Commands at the turning points of an instance.
   *
   * @param setup before the first start of a generation
   * @param start before the process is started
   * @param ready after the process is up, before it may be ready: fails = not ready
   * @param drain when it has left the traffic
   * @param stop before the stop signal
   */
  public record Hooks(
      Optional<Hook> setup,
      Optional<Hook> start,
      Optional<Hook> ready,
      Optional<Hook> drain,
      Optional<Hook> stop) {
    /** No hooks. */
    public static final Hooks NONE =
        new Hooks(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
  }

  /**
   * One hook.
   *
   * @param command its words, unexpanded
   * @param timeout after it the hook is killed and counts as failed
   */
  public record Hook(List<String> command, Duration timeout) {
    /** Copies the words. */
    public Hook {
      command = List.copyOf(command);
    }
  }

  /**
   * What follows an exit.
   *
   * @param on which exits lead to a restart
   * @param backoff delay before the first restart, before jitter
   * @param factor growth a restart
   * @param max upper bound of the delay, and the retry period of a parked instance
   * @param resetAfter running that long forgets earlier crashes
   * @param loopCount that many exits within {@code loopWithin} park the instance
   * @param loopWithin see {@code loopCount}
   */
  public record RestartPolicy(
      RestartOn on,
      Duration backoff,
      double factor,
      Duration max,
      Duration resetAfter,
      int loopCount,
      Duration loopWithin) {}

  /** Which exits lead to a restart. */
  public enum RestartOn {
    ALWAYS,
    FAILURE,
    NEVER
  }

  /**
   * How an instance ends.
   *
   * @param drain how long requests in flight may take to finish
   * @param signal name without SIG, such as TERM
   * @param grace from the signal to KILL of the whole group
   */
  public record StopPolicy(Duration drain, String signal, Duration grace) {}

  /**
   * Targets of scaling; the highest want wins.
   *
   * @param concurrency requests in flight an instance, or a share of the learned limit
   * @param rps requests a second an instance
   * @param cpu share (0 to 1) of the cpu limit, else of one core
   * @param shortWindow reacts to surges
   * @param longWindow the steady view
   * @param upStep how much may be added a second
   * @param downStep instances a decision
   * @param downDelay how long the want must stay lower before the count follows
   */
  public record ScalePolicy(
      Optional<Amount> concurrency,
      Optional<Double> rps,
      Optional<Double> cpu,
      Duration shortWindow,
      Duration longWindow,
      Amount upStep,
      int downStep,
      Duration downDelay) {}

  /** Keeps file order; the copy cannot be changed. */
  static <K, V> SequencedMap<K, V> copy(SequencedMap<K, V> map) {
    return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(map));
  }
}
