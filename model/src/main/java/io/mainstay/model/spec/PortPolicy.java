package io.mainstay.model.spec;

/** How an instance gets the port that it listens on. */
public sealed interface PortPolicy {
  /** From 20000 to 29999, given as {@code PORT}. */
  record Auto() implements PortPolicy {}

  /**
   * Always the same, so at most one instance a node.
   *
   * @param port 1 to 65535
   */
  record Fixed(int port) implements PortPolicy {}

  /** It listens nowhere and takes no traffic. */
  record None() implements PortPolicy {}
}
