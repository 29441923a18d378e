package io.mainstay.model.state;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import java.util.List;

/**
 * What went through the gateway for one service since it was deployed. Totals: memory only, they
 * only grow.
 *
 * @param service which
 * @param arrived requests (or connections, for tcp), queued and refused ones included
 * @param queued of those, the ones that had to wait
 * @param refused turned away for want of capacity
 * @param retried tries that were repeated
 * @param ownAnswers answers that the gateway gave itself in place of an instance
 * @param diverted requests that went on to another service, or to an answer in its place
 * @param probes requests of our own transactions, which no other number here but those of failed
 *     and abandoned tries counts
 * @param instances sorted by id; all runs of an instance together
 */
public record ServiceTraffic(
    ServiceName service,
    long arrived,
    long queued,
    long refused,
    long retried,
    long ownAnswers,
    long diverted,
    long probes,
    List<InstanceTraffic> instances) {
  /** Copies the list. */
  public ServiceTraffic {
    instances = List.copyOf(instances);
  }

  /**
   * What went to one instance.
   *
   * @param id which
   * @param answers by class of status: 1xx first, 5xx last; five numbers
   * @param failed tries that failed, 5xx included
   * @param abandoned tries that ended without a verdict: the client left, or it was moved
   * @param latency times from a try to the first byte of its answer
   */
  public record InstanceTraffic(
      InstanceId id, List<Long> answers, long failed, long abandoned, Latency latency) {
    /** Copies the list. */
    public InstanceTraffic {
      answers = List.copyOf(answers);
    }
  }

  /**
   * A histogram.
   *
   * @param boundsNanos upper bounds of the buckets but the last, rising
   * @param counts one a bucket, not cumulated; one more than bounds
   * @param sumNanos of all
   */
  public record Latency(List<Long> boundsNanos, List<Long> counts, long sumNanos) {
    /** Copies the lists. */
    public Latency {
      boundsNanos = List.copyOf(boundsNanos);
      counts = List.copyOf(counts);
    }
  }
}
