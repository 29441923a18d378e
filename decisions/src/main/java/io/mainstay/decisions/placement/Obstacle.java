package io.mainstay.decisions.placement;

/**
 * Why an instance cannot be on a node.
 *
 * @param cause of which kind
 * @param detail one phrase
 */
public record Obstacle(Cause cause, String detail) {
  /** The kinds, as they are counted. */
  public enum Cause {
    /** The node takes nothing new: it is suspect, lost, draining, or flaps. */
    CLOSED("takes nothing new"),
    /** A required label is missing or has another value. */
    LABEL("label"),
    /** Instances are full. */
    INSTANCES("number of instances"),
    /** Cores are reserved. */
    CPU("cpu"),
    /** Memory is reserved. */
    MEMORY("memory"),
    /** Its port is taken. */
    PORT("port"),
    /** As many of the service as it may have. */
    PER_NODE("per-node"),
    /** A service that it keeps away from, or that keeps away from it. */
    APART("apart");

    private final String label;

    Cause(String label) {
      this.label = label;
    }

    /** The phrase that users see. */
    public String label() {
      return label;
    }

    /** Whether another node of the same kind would help. */
    public boolean moreNodesHelp() {
      return switch (this) {
        case CLOSED, INSTANCES, CPU, MEMORY, PORT, PER_NODE, APART -> true;
        case LABEL -> false;
      };
    }
  }
}
