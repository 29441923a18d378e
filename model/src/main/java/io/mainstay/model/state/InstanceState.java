package io.mainstay.model.state;

import java.util.Locale;

/**
 * The state that users see; derived from assignment, observation and signals by one pure function.
 */
public enum InstanceState {
  PENDING,
  STARTING,
  STANDBY,
  SERVING,
  DRAINING,
  ISOLATED,
  STOPPING,
  BACKING_OFF,
  PARKED,
  STOPPED;

  /** The kebab-case name that users see. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
