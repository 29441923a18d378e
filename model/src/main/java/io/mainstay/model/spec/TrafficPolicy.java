package io.mainstay.model.spec;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * How the gateway treats the requests of one service.
 *
 * @param balance how an instance is chosen
 * @param weights by instance name, default 1
 * @param timeouts see {@link Timeouts}
 * @param retries see {@link Retries}
 * @param outliers see {@link Outliers}
 * @param concurrency see {@link Concurrency}
 * @param slowStart how long a new instance gets less than its share
 */
public record TrafficPolicy(
    Balance balance,
    SequencedMap<String, Double> weights,
    Timeouts timeouts,
    Retries retries,
    Outliers outliers,
    Concurrency concurrency,
    Duration slowStart) {

  /** Copies the map. */
  public TrafficPolicy {
    weights = ServiceSpec.copy(weights);
  }

  /** How an instance is chosen. */
  public enum Balance {
    P2C,
    ROUND_ROBIN,
    LEAST_TIME,
    FIRST
  }

  /**
   * Limits of one request.
   *
   * @param connect to open a connection
   * @param attempt of one try, only while another one is left
   * @param response of all tries, to the first byte of the response
   * @param idle longest pause between two bytes of a body
   */
  public record Timeouts(Duration connect, Duration attempt, Duration response, Duration idle) {}

  /**
   * When a request is tried again.
   *
   * @param attempts tries in all, from 1
   * @param budget retries as a share of requests
   * @param on which failures
   * @param statuses response codes that count as failures to retry
   * @param methods which methods may be sent again once bytes went out, upper case
   */
  public record Retries(
      int attempts, double budget, List<Failure> on, List<Integer> statuses, List<String> methods) {
    /** Copies the lists. */
    public Retries {
      on = List.copyOf(on);
      statuses = List.copyOf(statuses);
      methods = List.copyOf(methods);
    }
  }

  /** How a try can fail. */
  public enum Failure {
    CONNECT,
    RESET,
    GARBAGE,
    TIMEOUT
  }

  /**
   * Passive ejection by real traffic.
   *
   * @param failures that many in a row eject
   * @param errorRate share of failures within the window that ejects
   * @param window of the error rate
   * @param stall no byte for that long with requests in flight while peers answer
   * @param eject first time out, grows with each ejection
   * @param maxEject longest time out
   * @param maxEjected share of the instances that may be out at once
   */
  public record Outliers(
      int failures,
      double errorRate,
      Duration window,
      Duration stall,
      Duration eject,
      Duration maxEject,
      double maxEjected) {}

  /**
   * Limits of what is in flight.
   *
   * @param perInstance fixed limit; empty: learned
   * @param queue requests that may wait in all
   * @param queueTimeout longest wait
   * @param queueStartTimeout longest wait while an instance is starting
   */
  public record Concurrency(
      OptionalInt perInstance, int queue, Duration queueTimeout, Duration queueStartTimeout) {}
}
