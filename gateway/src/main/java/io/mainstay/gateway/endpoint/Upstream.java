package io.mainstay.gateway.endpoint;

import org.jspecify.annotations.Nullable;

/**
 * A connection to an instance, in use or idle. Held in intrusive lists of its {@link LoopBackend};
 * only on the loop that owns it.
 */
public abstract class Upstream {
  @Nullable Upstream previous;
  @Nullable Upstream next;
  boolean listed;

  /** Since when it waits for its next request, in monotonic nanoseconds. */
  protected long idleSince;

  /** Closes an idle connection. */
  public abstract void closeIdle();

  /** The instance is stalled: requests that may be sent again leave it. */
  public abstract void moveAway();

  /** Ends what is in flight, visibly for the client: the time of a drain is over. */
  public abstract void cut();
}
