package io.mainstay.gateway.endpoint;

/** A request that waits for a place on an instance; only on its loop. */
public interface Waiting {
  /**
   * Tries again to find an instance.
   *
   * @return whether it waits no longer
   */
  boolean dispatch();

  /** Whether it is one of a user. */
  default boolean isCounted() {
    return true;
  }
}
