package io.mainstay.gateway.endpoint;

import io.mainstay.decisions.balancing.Candidate;
import io.mainstay.decisions.failover.ServingSet;
import io.mainstay.model.spec.TrafficPolicy;
import java.util.List;

/**
 * Who takes the traffic of one service, and by which policy. Immutable but for what its backends
 * count; any thread.
 *
 * @param policy how requests are treated
 * @param traffic who takes requests, sorted by instance
 * @param views what each loop needs to choose among {@code traffic}
 * @param starting whether an instance is on its way
 * @param lastResort whether {@code traffic} consists of ejected instances
 */
public record ServiceTable(
    TrafficPolicy policy,
    List<Backend> traffic,
    List<View> views,
    boolean starting,
    boolean lastResort) {

  /** Copies the lists. */
  public ServiceTable {
    traffic = List.copyOf(traffic);
    views = List.copyOf(views);
  }

  /**
   * The traffic of one loop, in the order of {@code traffic}. The arrays are not to be changed.
   *
   * @param candidates for the balancer
   * @param backends the same runs
   */
  @SuppressWarnings("ArrayRecordComponent") // read on every request
  public record View(Candidate[] candidates, LoopBackend[] backends) {
    /** The run that the balancer chose. */
    public LoopBackend of(Candidate chosen) {
      for (int i = 0; i < candidates.length; i++) {
        if (candidates[i] == chosen) {
          return backends[i];
        }
      }
      throw new IllegalArgumentException("not of this view: " + chosen.id());
    }
  }

  /** Nobody serves. */
  static ServiceTable empty(TrafficPolicy policy, int loops) {
    return of(policy, List.of(), ServingSet.EMPTY, loops);
  }

  /** The table for these runs. */
  static ServiceTable of(TrafficPolicy policy, List<Backend> traffic, ServingSet set, int loops) {
    List<View> views = new java.util.ArrayList<>();
    for (int i = 0; i < loops; i++) {
      int index = i;
      LoopBackend[] backends =
          traffic.stream().map(backend -> backend.loop(index)).toArray(LoopBackend[]::new);
      Candidate[] candidates = new Candidate[backends.length];
      for (int j = 0; j < backends.length; j++) {
        candidates[j] = backends[j].candidate();
      }
      views.add(new View(candidates, backends));
    }
    return new ServiceTable(policy, traffic, views, set.starting(), set.lastResort());
  }
}
