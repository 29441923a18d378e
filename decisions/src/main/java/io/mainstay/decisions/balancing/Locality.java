package io.mainstay.decisions.balancing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to near instances first, and what these have no room for to the next tier. One for
 * each loop and service; one thread; nothing is allocated. With one tier it is the balancer alone.
 *
 * <p>A tier takes everything while less than 1/1.4 (71 %) of what it may have in flight is used;
 * instances in slow start count for their share. From there on it spills: the share of requests
 * that goes on to the next tier grows in a straight line, from nothing at 60 % to all at 100 %, and
 * ends once less than 60 % is used. Because use is measured against the concurrency limits, which
 * shrink as instances slow down, a tier that is slow, sick, or smaller than before spills sooner,
 * and one without instances spills everything at once. Where all tiers spill, the one with the most
 * room is chosen. An evacuated zone gets a request only if no other instance may take it.
 *
 * <p>Source: the factor is Envoy's overprovisioning factor of priority levels, 1.4: a level gets
 * all traffic until less than 1/1.4 of it is healthy, then the rest spills in proportion. Envoy
 * counts healthy hosts; here what is in flight is counted against the limits, since few large
 * instances are the rule rather than many small ones.
 */
public final class Locality {
  /** Above that share of use a tier begins to spill. */
  public static final double SPILL_FROM = 1 / 1.4;

  /** Below that share it ends. */
  public static final double SPILL_UNTIL = 0.6;

  /** As many as {@link Tier} has. */
  private static final int MOST_TIERS = 4;

  private final boolean[] spilling = new boolean[MOST_TIERS];

  /**
   * One tier of the candidates.
   *
   * @param tier which
   * @param candidates at least one, sorted by instance; not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // read on every request
  public record Group(Tier tier, Candidate[] candidates) {}

  /** Tells what may be in flight on the candidates of a tier, before they are looked at. */
  public interface Rooms {
    /**
     * Sets the limit of each and what is used of it.
     *
     * @param group index of the tier
     */
    void show(int group);
  }

  /**
   * Chooses.
   *
   * @param groups nearest first, each tier at most once
   * @param rooms called for those tiers that are considered
   * @param now monotonic nanoseconds
   * @param bits 64 random bits
   * @return null if all are full or tried
   */
  public @Nullable Candidate choose(
      List<Group> groups, Balancer balancer, Rooms rooms, Tried tried, long now, long bits) {
    if (groups.size() == 1) {
      Candidate[] all = groups.getFirst().candidates();
      rooms.show(0);
      return avoidingNodes(all, balancer, tried, now, bits);
    }
    Candidate chosen = chooseOfSeveral(groups, balancer, rooms, tried, now, bits);
    if (chosen == null && tried.avoidsNodes()) {
      tried.avoidNodes(false);
      chosen = chooseOfSeveral(groups, balancer, rooms, tried, now, bits);
      tried.avoidNodes(true);
    }
    return chosen;
  }

  private static @Nullable Candidate avoidingNodes(
      Candidate[] all, Balancer balancer, Tried tried, long now, long bits) {
    Candidate chosen = balancer.choose(all, tried, now, bits);
    if (chosen == null && tried.avoidsNodes()) {
      tried.avoidNodes(false);
      chosen = balancer.choose(all, tried, now, bits);
      tried.avoidNodes(true);
    }
    return chosen;
  }

  private @Nullable Candidate chooseOfSeveral(
      List<Group> groups, Balancer balancer, Rooms rooms, Tried tried, long now, long bits) {
    // Other bits than those that the balancer uses, as independent as it takes.
    double draw = ((bits * 0x9E3779B97F4A7C15L) >>> 11) * 0x1p-53;
    Group roomiest = null;
    double most = 0;
    for (int i = 0; i < groups.size(); i++) {
      Group group = groups.get(i);
      if (group.tier() == Tier.EVACUATED) {
        break;
      }
      rooms.show(i);
      double capacity = 0;
      double used = 0;
      for (Candidate candidate : group.candidates()) {
        capacity += candidate.capacity(now);
        used += candidate.used();
      }
      double spilled = spilled(i, capacity, used);
      if (draw >= spilled) {
        Candidate chosen = balancer.choose(group.candidates(), tried, now, bits);
        if (chosen != null) {
          return chosen;
        }
      } else {
        // What is left of the draw is as good as a new one.
        draw /= spilled;
      }
      if (roomiest == null || capacity - used > most) {
        roomiest = group;
        most = capacity - used;
      }
    }
    Candidate chosen =
        roomiest == null ? null : balancer.choose(roomiest.candidates(), tried, now, bits);
    for (int i = 0; chosen == null && i < groups.size(); i++) {
      Group group = groups.get(i);
      if (group.tier() == Tier.EVACUATED) {
        rooms.show(i);
      }
      chosen = balancer.choose(group.candidates(), tried, now, bits);
    }
    return chosen;
  }

  private double spilled(int index, double capacity, double used) {
    if (used >= capacity) {
      spilling[index] = true;
      return 1;
    }
    double use = used / capacity;
    spilling[index] = spilling[index] ? use >= SPILL_UNTIL : use >= SPILL_FROM;
    return spilling[index] ? (use - SPILL_UNTIL) / (1 - SPILL_UNTIL) : 0;
  }
}
