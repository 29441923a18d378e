package io.mainstay.simulator;

import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One world from its seed to its end: a while with faults, then a phase without, in which it must
 * get to full strength. Every invariant is looked at after every event.
 */
public final class Simulation {
  /** How long things go wrong. */
  private static final Duration TROUBLE = Duration.ofSeconds(100);

  /** How long it may take to get back to full strength. */
  static final Duration RECOVERY = Duration.ofMinutes(6);

  /** And how long it must then stay there. */
  private static final Duration STEADY = Duration.ofSeconds(5);

  private final long seed;
  private final World world;
  private final Faults faults;
  private final List<Invariant> invariants = Invariant.all();
  private Optional<String> violation = Optional.empty();

  /** A world of one machine that is drawn from {@code seed}. */
  public Simulation(long seed) {
    this(seed, 1, Variation.NONE, 60);
  }

  /**
   * The same with a planted change.
   *
   * @param nodes how many machines there are, 1 to 5
   * @param keptLines how many lines of the trace are kept as text
   */
  public Simulation(long seed, int nodes, Variation variation, int keptLines) {
    this.seed = seed;
    this.world = new World(seed, nodes, variation, keptLines);
    this.faults = new Faults(world, world.split());
  }

  /**
   * What became of a world.
   *
   * @param seed of it
   * @param nodes how many machines it had
   * @param violation what went wrong, if something did
   * @param hash of its trace
   * @param events how many there were
   * @param virtual time that passed
   * @param faults kinds that were drawn
   * @param sometimes interesting states that were reached, with counts
   * @param tail of its trace
   */
  public record Result(
      long seed,
      int nodes,
      Optional<String> violation,
      String hash,
      long events,
      Duration virtual,
      Set<Fault> faults,
      Map<Sometimes.State, Integer> sometimes,
      List<String> tail) {
    /** The command that shows it again. */
    public String replay() {
      return "tools/simulate --seed " + seed + " --nodes " + nodes + " --verbose";
    }
  }

  /** Runs it to its end. */
  public Result run() {
    try {
      world.begin();
      faults.begin();
      runFor(TROUBLE);
      if (violation.isEmpty()) {
        faults.heal();
        converge();
      }
    } catch (RuntimeException | AssertionError bug) {
      violation = Optional.of("it threw " + describe(bug));
    }
    return new Result(
        seed,
        world.nodes().size(),
        violation,
        world.trace().hash(),
        world.time().steps(),
        Duration.ofNanos(world.time().now().nanos()),
        faults.drawn(),
        world.sometimes().counts(),
        world.trace().tail());
  }

  private void runFor(Duration duration) {
    long end = world.time().now().nanos() + duration.toNanos();
    while (violation.isEmpty() && world.time().now().nanos() < end && world.step()) {
      look();
    }
  }

  private void look() {
    for (Invariant invariant : invariants) {
      Optional<String> broken = invariant.broken(world);
      if (broken.isPresent()) {
        violation = Optional.of(invariant.claim() + ": " + broken.get());
        world.trace().add("broken", violation.get());
        return;
      }
    }
  }

  private void converge() {
    long end = world.time().now().nanos() + RECOVERY.toNanos();
    long wellSince = -1;
    String missing = "";
    while (violation.isEmpty() && world.step()) {
      look();
      long now = world.time().now().nanos();
      Optional<String> lack = lack();
      if (lack.isPresent()) {
        wellSince = -1;
        missing = lack.get();
      } else if (wellSince < 0) {
        wellSince = now;
      } else if (now - wellSince > STEADY.toNanos()) {
        return;
      }
      if (now > end) {
        violation =
            Optional.of(
                "it does not recover: "
                    + missing
                    + world.decider().flatMap(this::lackByStatus).map(" / "::concat).orElse(""));
        describeGateways();
        world.processes().forEach(process -> world.trace().add("left", process.describe()));
        world.trace().add("broken", violation.get());
      }
    }
  }

  private void describeGateways() {
    for (SimulatedNode node : world.nodes()) {
      for (ServiceSpec spec : world.deployment().services()) {
        node.server()
            .ifPresent(server -> world.trace().add("left", server.gateway().describe(spec.name())));
      }
    }
  }

  /** What is missing to full strength; by the product's own word, and in truth. */
  private Optional<String> lack() {
    for (SimulatedNode node : world.nodes()) {
      if (node.server().isEmpty()) {
        return Optional.of("no server on " + node.name());
      }
      for (ServiceSpec spec : world.deployment().services()) {
        int traffic = node.server().get().gateway().traffic(spec.name()).size();
        if (traffic < spec.replicas().min() || traffic > spec.replicas().max()) {
          return Optional.of(
              traffic + " of " + spec.name() + " take traffic at the gateway of " + node.name());
        }
      }
    }
    if (world.decider().isEmpty()) {
      return Optional.of("nobody decides");
    }
    return world.time().steps() % 16 == 0
        ? lackByStatus(world.decider().get()).or(this::surplus)
        : Optional.empty();
  }

  /** Processes that nobody needs. */
  private Optional<String> surplus() {
    for (ServiceSpec spec : world.deployment().services()) {
      long running =
          world.processes().stream()
              .filter(process -> process.instance.service().equals(spec.name()))
              .count();
      int most = spec.replicas().max() + spec.standby().count();
      if (running > most) {
        return Optional.of(running + " processes of " + spec.name() + ", at most " + most);
      }
    }
    return Optional.empty();
  }

  private Optional<String> lackByStatus(SimulatedServer server) {
    Status status = server.controller().status();
    for (ServiceSpec spec : world.deployment().services()) {
      Optional<Status.ServiceStatus> found =
          status.services().stream().filter(one -> one.name().equals(spec.name())).findFirst();
      if (found.isEmpty()) {
        return Optional.of(spec.name() + " is not in the status");
      }
      Status.ServiceStatus service = found.get();
      if (service.serving() != service.desired()
          || service.standby() != spec.standby().count()
          || service.failing() > 0
          || server.gateway().traffic(spec.name()).size() != service.desired()) {
        return Optional.of(
            "%s: %d of %d serve, %d of %d stand by, %d fail, %d take traffic; %s; %s"
                .formatted(
                    spec.name(),
                    service.serving(),
                    service.desired(),
                    service.standby(),
                    spec.standby().count(),
                    service.failing(),
                    server.gateway().traffic(spec.name()).size(),
                    service.reason(),
                    service.instances()));
      }
    }
    return Optional.empty();
  }

  private static String describe(Throwable bug) {
    StringBuilder text = new StringBuilder(bug.toString());
    StackTraceElement[] stack = bug.getStackTrace();
    for (int i = 0; i < Math.min(8, stack.length); i++) {
      text.append("\n    at ").append(stack[i]);
    }
    return text.toString();
  }
}
