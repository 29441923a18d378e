package io.mainstay.benchmarks;

import io.mainstay.controller.Controller;
import io.mainstay.controller.ControllerSettings;
import io.mainstay.model.Actor;
import io.mainstay.model.Event;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.ports.EventJournal;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.Randomness;
import io.mainstay.ports.SignalSource;
import io.mainstay.ports.SpecReader;
import io.mainstay.ports.Time;
import io.mainstay.ports.UsageSource;
import io.mainstay.spec.YamlSpecReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The controller's pass over 1,000 services of five instances: observe, decide, write, publish, on
 * one thread, with the coordinator and the agents in memory. Half of the services scale with their
 * load. Arguments: {@code PASSES}.
 */
public final class DecisionPass {
  private static final int SERVICES = 1_000;
  private static final NodeName NODE = new NodeName("n1");

  private DecisionPass() {}

  /** See the class. */
  public static void main(String[] arguments) {
    int passes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
    System.out.println("# One decision pass over " + SERVICES + " services of five instances");
    System.out.println("machine: " + Machine.describe());
    World world = new World();
    Controller controller =
        new Controller(
            NODE,
            world.coordinator,
            world,
            world,
            new Forgetful(),
            world,
            world,
            new Counting(),
            ControllerSettings.of("benchmark"));
    controller.start();
    world.drain();
    var accepted = controller.submit(new Command.Apply(deployment(), ""), Actor.SYSTEM);
    world.drain();
    accepted.toCompletableFuture().join();
    world.coordinator.bringUp();
    world.drain();
    long instances =
        controller.status().services().stream().mapToLong(service -> service.serving()).sum();
    System.out.println("instances serving: " + instances);
    double[] millis = new double[passes];
    double[] processor = new double[passes];
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (int i = 0; i < passes + 100; i++) {
      long begun = System.nanoTime();
      long spent = threads.getCurrentThreadCpuTime();
      world.second();
      if (i >= 100) {
        processor[i - 100] = (threads.getCurrentThreadCpuTime() - spent) / 1e6;
        millis[i - 100] = (System.nanoTime() - begun) / 1e6;
      }
    }
    report("pass, wall clock ms", millis);
    report("pass, processor ms", processor);
  }

  private static void report(String what, double[] values) {
    Arrays.sort(values);
    int passes = values.length;
    System.out.printf(
        Locale.ROOT,
        "%s: median %.2f, 90 %% %.2f, 99 %% %.2f, longest %.2f (%d passes after 100 to warm up)%n",
        what,
        values[passes / 2],
        values[passes * 9 / 10],
        values[passes * 99 / 100],
        values[passes - 1],
        passes);
  }

  private static Deployment deployment() {
    StringBuilder yaml = new StringBuilder("services:\n");
    for (int i = 0; i < SERVICES; i++) {
      yaml.append("  s").append(i).append(":\n    run: serve\n");
      yaml.append("    replicas: ").append(i % 2 == 0 ? "{min: 4, max: 8}" : "4").append('\n');
      yaml.append("    standby: 1\n");
    }
    SpecReader.Outcome outcome =
        new YamlSpecReader().read(yaml.toString(), "benchmark.yaml", Path.of("/tmp"));
    return switch (outcome) {
      case SpecReader.Outcome.Valid valid -> valid.deployment();
      case SpecReader.Outcome.Invalid invalid ->
          throw new IllegalStateException(invalid.problems().getFirst().describe());
    };
  }

  /** A mailbox, a clock and the traffic, all driven by hand. */
  private static final class World implements Mailbox, Time, SignalSource, UsageSource {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<Runnable> later = new ArrayList<>();
    private final InstantCoordinator coordinator = new InstantCoordinator(NODE);
    private List<ServiceSignals> signals = List.of();
    private long seconds;

    void drain() {
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
    }

    /** A second later: the ticks that are due, and what follows from them. */
    void second() {
      seconds++;
      tasks.addAll(later);
      later.clear();
      drain();
    }

    @Override
    public void post(Runnable task) {
      tasks.add(task);
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
      later.add(task);
      return () -> later.remove(task);
    }

    @Override
    public MonotonicTime now() {
      return MonotonicTime.ZERO.plus(Duration.ofSeconds(seconds));
    }

    @Override
    public Instant wallClock() {
      return Instant.EPOCH.plusSeconds(seconds);
    }

    @Override
    public List<Usage> usage() {
      return List.of();
    }

    @Override
    public List<ServiceSignals> signals() {
      if (signals.size() < SERVICES) {
        signals =
            coordinator.running().stream()
                .map(running ->
                    new ServiceSignals(
                        running.getFirst().id().service(),
                        400,
                        40,
                        0,
                        0,
                        running.stream()
                            .map(one ->
                                new InstanceSignals(
                                    one.id(),
                                    1,
                                    10,
                                    100,
                                    0,
                                    Duration.ofMillis(5),
                                    20,
                                    Optional.empty(),
                                    one.id().number() < 5))
                            .toList()))
                .toList();
      }
      return signals;
    }
  }

  /** Stores nothing: the journal is measured elsewhere. */
  private static final class Forgetful implements EventJournal {
    private long cursor;

    @Override
    public Event append(Event event) {
      return event.at(Long.toString(++cursor));
    }

    @Override
    public List<Event> after(Optional<String> after, int limit) {
      return List.of();
    }

    @Override
    public boolean knows(String cursor) {
      return false;
    }

    @Override
    public List<Event> latest(int limit) {
      return List.of();
    }

    @Override
    public AutoCloseable subscribe(Consumer<Event> listener) {
      return () -> {};
    }
  }

  /** Draws nothing: tokens are numbered. */
  private static final class Counting implements Randomness {
    private long next;

    @Override
    public double nextDouble() {
      return 0.5;
    }

    @Override
    public String nextToken() {
      return String.format(Locale.ROOT, "%032d", ++next);
    }
  }
}
