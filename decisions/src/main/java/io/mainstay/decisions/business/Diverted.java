package io.mainstay.decisions.business;

import io.mainstay.model.state.Overrides.Diversion;

/**
 * A diversion of a service with what is known of where it leads.
 *
 * @param ruling what is in force
 * @param answers whether somebody there takes requests
 */
public record Diverted(DiversionRule.InForce ruling, boolean answers) {
  /**
   * Whether all requests go elsewhere, so that what is known of the service's load says nothing.
   */
  public boolean isWhole() {
    return ruling.isWhole();
  }

  /** One phrase for a person: what goes where, until when, by whom, and why. */
  public String describe() {
    Diversion diversion = ruling.diversion();
    return ruling.describe()
        + (answers ? "" : ", where nobody is ready")
        + diversion.until().map(until -> " until " + until).orElse("")
        + ", by "
        + diversion.actor()
        + (diversion.reason().isEmpty() ? "" : ": " + diversion.reason());
  }
}
