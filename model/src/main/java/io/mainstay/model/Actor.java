package io.mainstay.model;

/**
 * Who caused something: {@code system}, {@code operator:NAME} or {@code schedule}.
 *
 * @param value one of the three forms
 */
public record Actor(String value) {
  /** Mainstay itself. */
  public static final Actor SYSTEM = new Actor("system");

  /** A planned time. */
  public static final Actor SCHEDULE = new Actor("schedule");

  /** A person or program that acted over the API or the command line. */
  public static Actor operator(String name) {
    return new Actor("operator:" + name);
  }

  @Override
  public String toString() {
    return value;
  }
}
