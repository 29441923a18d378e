package io.mainstay.gateway.endpoint;

import java.net.InetSocketAddress;
import java.time.Duration;

/** Tries whether a node answers at all. */
public interface NodeTrial {
  /**
   * Tries to open a connection, and closes it.
   *
   * @param answered called on the first event loop once it was opened or refused, not if it was
   *     neither in its time
   */
  void ask(InetSocketAddress address, Duration timeout, Runnable answered);
}
