package io.mainstay.model.spec;

import java.time.Duration;

/**
 * What is done about instances on a node that is gone.
 *
 * @param lostAfter how long its session must be gone before the node counts as lost for this
 *     service; longer than zero
 * @param replace whether its instances are then replaced on other nodes
 */
public record Disconnect(Duration lostAfter, boolean replace) {
  /** Replaced after ten seconds. */
  public static final Disconnect DEFAULT = new Disconnect(Duration.ofSeconds(10), true);
}
