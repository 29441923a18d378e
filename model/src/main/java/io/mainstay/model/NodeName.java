package io.mainstay.model;

/**
 * The name of one machine that runs a Mainstay server.
 *
 * @param value not blank
 */
public record NodeName(String value) implements Comparable<NodeName> {
  /** Refuses a blank name. */
  public NodeName {
    if (value.isBlank()) {
      throw new IllegalArgumentException("node name: blank (expected: a host name)");
    }
  }

  @Override
  public int compareTo(NodeName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
