package io.mainstay.decisions.health;

/**
 * Which share of its weight an instance gets of what its agent says. Agents often tell how busy a
 * machine is, another number each time; whatever is taken over is told to all gateways of the
 * cluster, so small steps are not.
 */
public final class AgentShare {
  private static final double STEP = 0.05;
  private static final double FACTOR = 2;

  private AgentShare() {}

  /**
   * The share from now on.
   *
   * @param present above 0, at most 1
   * @param said above 0, at most 1
   * @return {@code said}, if it is all, at least 5 points away, or twice or half as much
   */
  public static double next(double present, double said) {
    // A crumb less than the step: 0.75 - 0.7 is a little less than 0.05.
    boolean far = Math.abs(said - present) >= STEP - 1e-9;
    boolean other = said >= present * FACTOR || said <= present / FACTOR;
    return said == 1 || far || other ? said : present;
  }
}
