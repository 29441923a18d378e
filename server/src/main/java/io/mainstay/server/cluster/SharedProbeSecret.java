package io.mainstay.server.cluster;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * By what the gateways of all nodes know requests of our own. Each server draws one at its start;
 * whoever does not decide takes on that of the one who does, so that soon all have the same, and a
 * new leader goes on with it. Any thread; never printed.
 */
public final class SharedProbeSecret implements Supplier<String> {
  private final Consumer<String> gateway;
  private String secret;

  /**
   * Begins with a secret of its own.
   *
   * @param gateway this node's, told of each change
   */
  public SharedProbeSecret(String own, Consumer<String> gateway) {
    this.secret = own;
    this.gateway = gateway;
    gateway.accept(own);
  }

  /** What is in use now. */
  @Override
  public synchronized String get() {
    return secret;
  }

  /** Takes on that of the server that decides. */
  public synchronized void adopt(String other) {
    if (!other.equals(secret)) {
      gateway.accept(other);
      secret = other;
    }
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
