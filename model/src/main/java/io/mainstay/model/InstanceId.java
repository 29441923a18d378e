package io.mainstay.model;

import java.util.Comparator;
import java.util.Optional;

/**
 * The identity of one copy of a service; shown as {@code NAME-k}. A restart keeps it and raises the
 * generation.
 *
 * @param service the service that it is a copy of
 * @param number from 1; the lowest free one is given first
 */
public record InstanceId(ServiceName service, int number) implements Comparable<InstanceId> {
  private static final Comparator<InstanceId> ORDER =
      Comparator.comparing(InstanceId::service).thenComparingInt(InstanceId::number);

  /** Refuses numbers below 1. */
  public InstanceId {
    if (number < 1) {
      throw new IllegalArgumentException("instance number: " + number + " (expected: >= 1)");
    }
  }

  /** Reads {@code NAME-k}; empty if {@code text} has not that form. */
  public static Optional<InstanceId> parse(String text) {
    int dash = text.lastIndexOf('-');
    if (dash < 1 || dash == text.length() - 1 || !ServiceName.isValid(text.substring(0, dash))) {
      return Optional.empty();
    }
    String digits = text.substring(dash + 1);
    if (digits.length() > 9
        || digits.charAt(0) == '0'
        || !digits.chars().allMatch(Character::isDigit)) {
      return Optional.empty();
    }
    return Optional.of(
        new InstanceId(new ServiceName(text.substring(0, dash)), Integer.parseInt(digits)));
  }

  @Override
  public int compareTo(InstanceId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return service.value() + "-" + number;
  }
}
