package io.mainstay.model;

/**
 * The name of a service, unique in a deployment.
 *
 * @param value {@code [a-z0-9-]}, 1 to 40 characters
 */
public record ServiceName(String value) implements Comparable<ServiceName> {
  /** Checks the grammar; the reader of the file reports bad names before it gets here. */
  public ServiceName {
    if (!isValid(value)) {
      throw new IllegalArgumentException(
          "service name: " + value + " (expected: 1 to 40 characters of a-z, 0-9 and '-')");
    }
  }

  /** Whether {@code text} may name a service. */
  public static boolean isValid(String text) {
    return !text.isEmpty()
        && text.length() <= 40
        && text.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
  }

  @Override
  public int compareTo(ServiceName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
