package io.mainstay.decisions.failover;

import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Endpoint.Readiness;
import io.mainstay.model.state.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which instances of one service take its traffic. A pure function of the facts, in whatever order
 * they come, so that every gateway and the simulator choose the same. Sorted by instance.
 *
 * <p>As many should serve as there are endpoints whose role is SERVING. Those of them that are
 * ready, not withdrawn and not ejected do. For each that is missing one ready standby fills in, in
 * the order of their names. If that leaves nobody and nothing is on its way, the ready but ejected
 * ones serve: a doubtful instance is better than none.
 *
 * @param traffic who takes requests, sorted by instance
 * @param promotions which standby serves in place of whom, in the order in which they were chosen
 * @param missing how many more should serve than do
 * @param frozen warm standbys that could help if they were thawed, sorted; empty unless {@code
 *     missing} is above zero
 * @param starting whether an instance is on its way, so that requests are worth holding
 * @param lastResort whether {@code traffic} consists of ejected instances
 */
public record ServingSet(
    List<Endpoint> traffic,
    List<Promotion> promotions,
    int missing,
    List<Endpoint> frozen,
    boolean starting,
    boolean lastResort) {

  private static final Comparator<Endpoint> ORDER =
      Comparator.comparing(Endpoint::id)
          .thenComparing(Comparator.comparingLong(Endpoint::generation).reversed())
          .thenComparing(Endpoint::node)
          .thenComparing(Endpoint::role)
          .thenComparing(Endpoint::readiness)
          .thenComparing(endpoint -> endpoint.address().map(Address::toString).orElse(""));

  /** Nobody serves. */
  public static final ServingSet EMPTY =
      new ServingSet(List.of(), List.of(), 0, List.of(), false, false);

  /** Copies the lists. */
  public ServingSet {
    traffic = List.copyOf(traffic);
    promotions = List.copyOf(promotions);
    frozen = List.copyOf(frozen);
  }

  /**
   * A standby that serves.
   *
   * @param standby who fills in
   * @param inPlaceOf who is missing
   */
  public record Promotion(InstanceId standby, InstanceId inPlaceOf) {}

  /** Whether a frozen standby should be thawed. */
  public boolean frozenWanted() {
    return !frozen.isEmpty();
  }

  /**
   * Chooses.
   *
   * @param endpoints of one service, any order; of several entries of one instance the highest
   *     generation counts
   * @param withdrawn whether this run of the instance was withdrawn by the short cut
   * @param ejected whether this run is out by passive evidence (or on trial after it)
   */
  public static ServingSet of(
      List<Endpoint> endpoints, Predicate<Endpoint> withdrawn, Predicate<Endpoint> ejected) {
    List<Endpoint> known = newestRuns(endpoints);
    List<Endpoint> serving = new ArrayList<>();
    List<Endpoint> absent = new ArrayList<>();
    List<Endpoint> standbys = new ArrayList<>();
    List<Endpoint> frozen = new ArrayList<>();
    List<Endpoint> ejectedReady = new ArrayList<>();
    boolean starting = false;
    for (Endpoint endpoint : known) {
      boolean gone = withdrawn.test(endpoint);
      boolean out = !gone && ejected.test(endpoint);
      boolean ready = !gone && endpoint.readiness() == Readiness.READY;
      boolean isFrozen = !gone && endpoint.readiness() == Readiness.FROZEN;
      starting |= !gone && endpoint.readiness() == Readiness.STARTING;
      if (ready && out) {
        ejectedReady.add(endpoint);
      }
      if (endpoint.role() == Role.SERVING) {
        (ready && !out ? serving : absent).add(endpoint);
        if (isFrozen && !out) {
          frozen.add(endpoint);
        }
      } else if (ready && !out) {
        standbys.add(endpoint);
      } else if (isFrozen && !out) {
        frozen.add(endpoint);
      }
    }
    List<Promotion> promotions = new ArrayList<>();
    int filled = Math.min(absent.size(), standbys.size());
    for (int i = 0; i < filled; i++) {
      serving.add(standbys.get(i));
      promotions.add(new Promotion(standbys.get(i).id(), absent.get(i).id()));
    }
    int missing = absent.size() - filled;
    boolean lastResort = serving.isEmpty() && !starting && !ejectedReady.isEmpty();
    List<Endpoint> traffic = lastResort ? ejectedReady : serving;
    traffic.sort(ORDER);
    return new ServingSet(
        traffic, promotions, missing, missing > 0 ? frozen : List.of(), starting, lastResort);
  }

  private static List<Endpoint> newestRuns(List<Endpoint> endpoints) {
    List<Endpoint> sorted = new ArrayList<>(endpoints);
    sorted.sort(ORDER);
    List<Endpoint> newest = new ArrayList<>();
    for (Endpoint endpoint : sorted) {
      if (newest.isEmpty() || !newest.getLast().id().equals(endpoint.id())) {
        newest.add(endpoint);
      }
    }
    return newest;
  }
}
