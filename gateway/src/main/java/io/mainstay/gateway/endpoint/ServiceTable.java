package io.mainstay.gateway.endpoint;

import io.mainstay.decisions.balancing.Candidate;
import io.mainstay.decisions.balancing.Locality;
import io.mainstay.decisions.balancing.Tier;
import io.mainstay.decisions.failover.ServingSet;
import io.mainstay.model.spec.TrafficPolicy;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who takes the traffic of one service, and by which policy. Immutable but for what its backends
 * count; any thread.
 *
 * @param policy how requests are treated
 * @param traffic who takes requests, sorted by instance
 * @param views what each loop needs to choose among {@code traffic}
 * @param starting whether an instance is on its way
 * @param lastResort whether {@code traffic} consists of ejected instances
 * @param emptySince since when {@code traffic} is empty, in monotonic nanoseconds
 * @param diversion the way that what arrives takes instead; null: none
 * @param fallback the way that what nobody takes has left; null: none
 */
public record ServiceTable(
    TrafficPolicy policy,
    List<Backend> traffic,
    List<View> views,
    boolean starting,
    boolean lastResort,
    long emptySince,
    @Nullable Detour diversion,
    @Nullable Detour fallback) {

  /** Copies the lists. */
  public ServiceTable {
    traffic = List.copyOf(traffic);
    views = List.copyOf(views);
  }

  /**
   * The traffic of one loop, in the order of {@code traffic}. The arrays are not to be changed.
   *
   * @param candidates all of them
   * @param backends the same runs
   * @param tiers the same candidates for the balancer, nearest first
   * @param known the run of each candidate; not to be changed
   * @param requests the room of each tier for requests
   * @param connections the same for connections that no limit counts
   */
  @SuppressWarnings("ArrayRecordComponent") // read on every request
  public record View(
      Candidate[] candidates,
      LoopBackend[] backends,
      List<Locality.Group> tiers,
      Map<Candidate, LoopBackend> known,
      Locality.Rooms requests,
      Locality.Rooms connections) {
    /** The run that the balancer chose. */
    LoopBackend of(Candidate chosen) {
      LoopBackend backend = known.get(chosen);
      if (backend == null) {
        throw new IllegalArgumentException("not of this view: " + chosen.id());
      }
      return backend;
    }
  }

  /** Nobody serves. */
  static ServiceTable empty(TrafficPolicy policy, int loops, long now) {
    return of(policy, List.of(), ServingSet.EMPTY, loops, backend -> Tier.OTHERS)
        .since(now)
        .with(Detours.Ways.NONE);
  }

  /** The same; without instances since then. */
  ServiceTable since(long nanos) {
    return new ServiceTable(
        policy, traffic, views, starting, lastResort, nanos, diversion, fallback);
  }

  /** The same with other ways. */
  ServiceTable with(Detours.Ways ways) {
    return new ServiceTable(
        policy,
        traffic,
        views,
        starting,
        lastResort,
        emptySince,
        ways.diversion(),
        ways.fallback());
  }

  /**
   * Whether what arrives does not wait, since others have waited for an instance in vain: only
   * where there is another way.
   */
  public boolean isGivenUp(long now) {
    return fallback != null
        && traffic.isEmpty()
        && now - emptySince >= policy.concurrency().queueTimeout().toNanos();
  }

  /** Whether an instance is on its way that is worth the longer wait. */
  public boolean isStartAwaited() {
    return starting && fallback == null;
  }

  /** The table for these runs, each in its tier. */
  static ServiceTable of(
      TrafficPolicy policy,
      List<Backend> traffic,
      ServingSet set,
      int loops,
      Function<Backend, Tier> tiers) {
    EnumMap<Tier, List<Backend>> byTier = new EnumMap<>(Tier.class);
    for (Backend backend : traffic) {
      byTier.computeIfAbsent(tiers.apply(backend), tier -> new ArrayList<>()).add(backend);
    }
    List<View> views = new ArrayList<>();
    for (int i = 0; i < loops; i++) {
      views.add(view(traffic, byTier, i));
    }
    return new ServiceTable(
        policy, traffic, views, set.starting(), set.lastResort(), 0, null, null);
  }

  private static View view(List<Backend> traffic, EnumMap<Tier, List<Backend>> byTier, int loop) {
    LoopBackend[] backends =
        traffic.stream().map(backend -> backend.loop(loop)).toArray(LoopBackend[]::new);
    Map<Candidate, LoopBackend> known = new HashMap<>();
    for (LoopBackend backend : backends) {
      known.put(backend.candidate(), backend);
    }
    List<Locality.Group> groups = new ArrayList<>();
    List<LoopBackend[]> parts = new ArrayList<>();
    byTier.forEach((tier, some) -> {
      groups.add(new Locality.Group(tier, candidates(some, loop)));
      parts.add(some.stream().map(backend -> backend.loop(loop)).toArray(LoopBackend[]::new));
    });
    return new View(
        candidates(traffic, loop),
        backends,
        List.copyOf(groups),
        known,
        group -> showAll(parts.get(group), true),
        group -> showAll(parts.get(group), false));
  }

  private static void showAll(LoopBackend[] backends, boolean limited) {
    for (LoopBackend backend : backends) {
      backend.showRoom(limited);
    }
  }

  private static Candidate[] candidates(List<Backend> some, int loop) {
    return some.stream().map(backend -> backend.loop(loop).candidate()).toArray(Candidate[]::new);
  }
}
