package io.mainstay.decisions.flow;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of those begun, the newest in small groups, older ones in larger ones, so that any
 * stretch up to now can be looked at with an error of its length of an eighth (after M. Datar, A.
 * Gionis, P. Indyk, R. Motwani 2002). At most about 200 groups. Not thread-safe.
 */
final class FlowWindow {
  /** Evidence that counts as proof: less than one in a million by accident. */
  static final double PROOF = 14;

  /** So many good ones are enough, however seldom it failed. */
  private static final long ENOUGH = 1000;

  private static final long MOST_SAMPLES = 1 << 16;
  private static final int GRAIN = 8;

  /** Nothing at all. */
  static final Group NOTHING = new Group(0, 0, 0, 0);

  /** The newest last. */
  private final List<Group> groups = new ArrayList<>();

  /**
   * Some that were settled next to each other.
   *
   * @param samples settled
   * @param missing of them
   * @param keyless requests that would follow, without a key that could be read, meanwhile
   * @param refused requests that would follow, but were not answered as expected
   */
  record Group(long samples, long missing, long keyless, long refused) {
    Group plus(Group other) {
      return new Group(
          samples + other.samples,
          missing + other.missing,
          keyless + other.keyless,
          refused + other.refused);
    }

    double share() {
      return samples == 0 ? 0 : (double) missing / samples;
    }
  }

  /** More were settled; false if that was nothing. */
  boolean add(Group group) {
    if (group.samples() == 0 && group.keyless() == 0 && group.refused() == 0) {
      return false;
    }
    groups.addLast(group);
    long newer = 0;
    int at = groups.size() - 1;
    while (at >= 1) {
      Group both = groups.get(at - 1).plus(groups.get(at));
      if (both.samples() <= newer / GRAIN) {
        groups.remove(at);
        groups.set(at - 1, both);
      } else {
        newer += groups.get(at).samples();
      }
      at--;
      if (newer > MOST_SAMPLES) {
        groups.subList(0, at + 1).clear();
        return true;
      }
    }
    return true;
  }

  /** All that is kept. */
  Group all() {
    Group all = NOTHING;
    for (Group group : groups) {
      all = all.plus(group);
    }
    return all;
  }

  /**
   * The stretch up to now that speaks most against it.
   *
   * @param mayMiss the share that may be missing
   * @param atLeast samples that a stretch needs
   * @param excused whether requests without a key may be what was missed; with a margin, since both
   *     are not seen at the same time
   * @return with no samples if there is none that proves anything
   */
  Group worst(double mayMiss, int atLeast, boolean excused) {
    Group worst = NOTHING;
    Group stretch = NOTHING;
    Group all = all();
    double usual = all.samples() == 0 ? 0 : (double) all.keyless() / all.samples();
    double most = 0;
    for (Group group : groups.reversed()) {
      stretch = stretch.plus(group);
      double keyless = Math.max((double) stretch.keyless(), usual * (double) stretch.samples());
      long excuse = excused ? (long) Math.ceil(2 * keyless + 5 * Math.min(1, keyless)) : 0;
      long missing = Math.max(0, stretch.missing() - excuse);
      double evidence =
          stretch.samples() < atLeast ? 0 : Chance.ofSoMany(missing, stretch.samples(), mayMiss);
      if (evidence >= PROOF && evidence > most) {
        most = evidence;
        worst = stretch;
      }
    }
    return worst;
  }

  /**
   * Whether a stretch up to now shows that it is well again; then only that is kept.
   *
   * @param failing the share that was missing when it failed
   */
  boolean returned(double mayMiss, int atLeast, double failing) {
    Group stretch = NOTHING;
    for (int i = groups.size() - 1; i >= 0; i--) {
      stretch = stretch.plus(groups.get(i));
      boolean good = stretch.samples() >= atLeast && stretch.share() <= mayMiss;
      boolean proven =
          stretch.samples() >= ENOUGH
              || Chance.ofSoFew(stretch.missing(), stretch.samples(), failing) >= PROOF;
      if (good && proven) {
        groups.subList(0, i).clear();
        return true;
      }
    }
    return false;
  }

  /** How many groups are kept. */
  int size() {
    return groups.size();
  }
}
