package io.mainstay.probes.load;

import io.mainstay.model.Address;
import java.time.Duration;
import java.util.List;

/**
 * What load to make.
 *
 * @param target where to connect
 * @param tls whether to speak TLS; any certificate is accepted, since the target is our own
 *     listener
 * @param host value of the {@code Host} header
 * @param pace how fast
 * @param paths of GET requests, taken in turn, at least one
 * @param postShare share of requests that are POST, 0 to 1
 * @param postPaths of POST requests, taken in turn; may be empty if {@code postShare} is 0
 * @param bodySizes bytes of POST bodies, taken in turn; may be empty if {@code postShare} is 0
 * @param timeout of one request; after it the request has failed
 * @param runName prefix of the ids in {@link LoadClient#ID_HEADER}: letters, digits and dashes
 */
public record LoadPlan(
    Address target,
    boolean tls,
    String host,
    Pace pace,
    List<String> paths,
    double postShare,
    List<String> postPaths,
    List<Integer> bodySizes,
    Duration timeout,
    String runName) {

  /** Checks the ranges and copies the lists. */
  public LoadPlan {
    paths = List.copyOf(paths);
    postPaths = List.copyOf(postPaths);
    bodySizes = List.copyOf(bodySizes);
    if (paths.isEmpty()) {
      throw new IllegalArgumentException("paths: none (expected: at least one)");
    }
    if (postShare > 0 && (postPaths.isEmpty() || bodySizes.isEmpty())) {
      throw new IllegalArgumentException("postShare: " + postShare + " without paths or sizes");
    }
  }

  /** GETs of one path at a rate, over plain text. */
  public static LoadPlan gets(Address target, String path, int perSecond, String runName) {
    return new LoadPlan(
        target,
        false,
        target.toString(),
        new Pace.Rate(perSecond),
        List.of(path),
        0,
        List.of(),
        List.of(),
        Duration.ofSeconds(30),
        runName);
  }

  /** The same at another pace. */
  public LoadPlan at(Pace other) {
    return new LoadPlan(
        target, tls, host, other, paths, postShare, postPaths, bodySizes, timeout, runName);
  }

  /** How fast requests follow each other. */
  public sealed interface Pace {
    /**
     * Open loop: a request every so often, whether or not the earlier ones were answered. Latency
     * counts from the time at which the request was due, so that a stall is not hidden.
     *
     * @param perSecond above 0
     */
    record Rate(double perSecond) implements Pace {}

    /**
     * Closed loop: each connection asks again once it has its answer.
     *
     * @param number of connections, from 1
     * @param think pause between an answer and the next request
     */
    record Connections(int number, Duration think) implements Pace {}
  }
}
