package io.mainstay.model.scenario;

import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.NodeCapacity;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * One scenario: what runs, on which machines, under which load, what goes wrong and when, and what
 * is expected. All times count from the start of the servers. Valid, names resolved.
 *
 * @param deployment what the servers are asked to keep up
 * @param machines at least one, names unique; the first three carry the coordination
 * @param seed of all drawn numbers
 * @param length of the whole run, positive
 * @param load by service; services that are missing get no requests
 * @param habits by service; services that are missing have {@link Habits#USUAL}
 * @param acts in the order in which they happen
 * @param expectations in the order of the file
 */
public record Script(
    Deployment deployment,
    List<Machine> machines,
    long seed,
    Duration length,
    SequencedMap<ServiceName, List<Load>> load,
    SequencedMap<ServiceName, Habits> habits,
    List<Act> acts,
    List<Expectation> expectations) {
  /** Copies the collections. */
  public Script {
    machines = List.copyOf(machines);
    load = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(load));
    habits = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(habits));
    acts = List.copyOf(acts);
    expectations = List.copyOf(expectations);
  }

  /** The same with another seed. */
  public Script withSeed(long newSeed) {
    return new Script(deployment, machines, newSeed, length, load, habits, acts, expectations);
  }

  /**
   * A machine.
   *
   * @param name of its server
   * @param labels such as zone
   * @param capacity what it offers to instances
   */
  public record Machine(NodeName name, SequencedMap<String, String> labels, NodeCapacity capacity) {
    /** Copies the labels. */
    public Machine {
      labels = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(labels));
    }
  }

  /**
   * The load of a service from a moment on, until the next step.
   *
   * @param from when it begins
   * @param rate requests a second at random moments, at least 0; 0 if {@code clients} send
   * @param clients who each send the next request when the last one is answered, at least 0
   * @param posts the share of requests that must not be sent twice, from 0 to 1
   */
  public record Load(Duration from, double rate, int clients, double posts) {}

  /**
   * How the instances of a service behave.
   *
   * @param start from the start of a process until it answers; empty: drawn, 20 ms to 1.5 s
   * @param stop from the signal to the exit; empty: drawn, at most 0.8 s
   * @param latency of a request on an idle instance, on average; empty: drawn, 2 to 40 ms
   * @param workers so many requests at once are as fast as one; more are slower in proportion
   * @param errors the share of requests that are answered with 500, from 0 to 1
   * @param exitsAfter how long a process runs until it ends by itself, if it does
   */
  public record Habits(
      Optional<Duration> start,
      Optional<Duration> stop,
      Optional<Duration> latency,
      int workers,
      double errors,
      Optional<Duration> exitsAfter) {
    /** Of a service of which nothing is said. */
    public static final Habits USUAL =
        new Habits(Optional.empty(), Optional.empty(), Optional.empty(), 20, 0, Optional.empty());
  }
}
