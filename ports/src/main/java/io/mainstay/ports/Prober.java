package io.mainstay.ports;

import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.state.ProcessIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * Asks an instance whether it is well. Returns at once; the result arrives once, in the mailbox
 * that the implementation was made with, at the latest shortly after the time-out. A slow probe
 * delays no other. Push checks are not asked here: the instance reports by itself.
 */
public interface Prober {
  /** Runs one probe. */
  void probe(Request request, Consumer<Result> done);

  /**
   * One probe.
   *
   * @param instance whom it concerns
   * @param probe what to ask, its strings already expanded
   * @param address whom to ask; empty only for commands
   * @param directory working directory of commands
   * @param environment of commands
   * @param timeout of the whole probe
   * @param process the process of the instance, if it runs here
   */
  record Request(
      InstanceId instance,
      Checks.Probe probe,
      Optional<Address> address,
      Path directory,
      SequencedMap<String, String> environment,
      Duration timeout,
      Optional<ProcessIdentity> process) {
    /** Of something that does not run here. */
    public Request(
        InstanceId instance,
        Checks.Probe probe,
        Optional<Address> address,
        Path directory,
        SequencedMap<String, String> environment,
        Duration timeout) {
      this(instance, probe, address, directory, environment, timeout, Optional.empty());
    }
  }

  /**
   * What a probe said.
   *
   * @param outcome the short form
   * @param message one line for a person
   * @param performanceData Nagios performance data as written, or empty
   * @param took from start to answer
   * @param share of its weight that the instance asks for, above 0, at most 1; empty: it says none
   */
  record Result(
      Outcome outcome,
      String message,
      String performanceData,
      Duration took,
      OptionalDouble share) {
    /** Says nothing about a share. */
    public Result(Outcome outcome, String message, String performanceData, Duration took) {
      this(outcome, message, performanceData, took, OptionalDouble.empty());
    }
  }

  /** The short form of a result. */
  enum Outcome {
    /** Well. */
    PASS,
    /** Well, with a remark: Nagios exit 1. */
    WARNING,
    /** Not well. */
    FAIL,
    /**
     * A command gave no verdict (exit 3, time-out), or the probe itself is broken: a failure for
     * ready, never for live. No answer in time over the network is a plain failure.
     */
    UNKNOWN
  }
}
