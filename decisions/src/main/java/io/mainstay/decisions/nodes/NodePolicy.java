package io.mainstay.decisions.nodes;

import java.time.Duration;

/**
 * The figures of {@link NodeRule}.
 *
 * @param lostAfter without session and without answer for that long a node is lost; the shortest of
 *     the services', which wait longer on their own
 * @param blind a pause between two decisions after which nobody can say what happened meanwhile
 * @param massShare more than this share of the nodes gone, and at least two: nothing is replaced
 * @param massOver at this share or below, replacing goes on
 * @param releaseEvery in that time only a few lost nodes are released for replacement
 * @param releaseShare how many of all nodes, at least one
 * @param flapWindow returns within it count as flapping
 * @param penalty after the second return; doubles with each further one
 * @param penaltyMax the longest
 */
public record NodePolicy(
    Duration lostAfter,
    Duration blind,
    double massShare,
    double massOver,
    Duration releaseEvery,
    double releaseShare,
    Duration flapWindow,
    Duration penalty,
    Duration penaltyMax) {
  /** The figures in use; the share of a mass loss is that of Kubernetes. */
  public static NodePolicy of(Duration lostAfter) {
    return new NodePolicy(
        lostAfter,
        Duration.ofSeconds(5),
        0.55,
        0.45,
        Duration.ofSeconds(10),
        0.05,
        Duration.ofMinutes(10),
        Duration.ofSeconds(20),
        Duration.ofMinutes(10));
  }
}
