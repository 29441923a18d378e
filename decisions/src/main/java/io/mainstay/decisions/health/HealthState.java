package io.mainstay.decisions.health;

/**
 * What one check of one run has shown so far.
 *
 * @param status the verdict
 * @param passes in a row
 * @param failures in a row
 * @param samples in all, for the cadence after a start
 * @param warned whether the last pass came with a remark
 */
public record HealthState(Status status, int passes, int failures, int samples, boolean warned) {
  /** Nothing is known yet. */
  public static final HealthState NEW = new HealthState(Status.UNKNOWN, 0, 0, 0, false);

  /** The verdict of a check. */
  public enum Status {
    /** It has not passed since the start. */
    UNKNOWN,
    PASSING,
    FAILING
  }
}
