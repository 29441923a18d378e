package io.mainstay.decisions.remedy;

/**
 * Whether so many fail their live check at once that the check, or something that all share, is
 * rather at fault than each instance. Begins above a half, ends at a quarter or less, so that the
 * first success does not release all restarts at once.
 */
public final class MassFailure {
  private MassFailure() {}

  /**
   * Whether it holds from now on.
   *
   * @param before whether it held so far
   * @param failing instances whose live check fails
   * @param instances that run
   */
  public static boolean holds(boolean before, int failing, int instances) {
    if (instances < 2) {
      return false;
    }
    return before ? failing * 4 > instances : failing * 2 > instances;
  }
}
