package io.mainstay.model.scenario;

import io.mainstay.model.EventKind;
import io.mainstay.model.ServiceName;
import java.time.Duration;
import java.util.Optional;

/** What is expected of a run; {@link #words()} is how it is shown. */
public sealed interface Expectation {
  /** As the file says it, such as {@code serving shop at 60s at least 3}. */
  String words();

  /** How many take requests at that moment, at every gateway that works. */
  record Serving(String words, ServiceName service, Duration at, int atLeast, int atMost)
      implements Expectation {}

  /** How many requests fail in the whole run; without a service all together. */
  record Failed(String words, Optional<ServiceName> service, long atMost) implements Expectation {}

  /** The longest time in which requests wait and none is answered. */
  record Gap(String words, ServiceName service, Duration atMost) implements Expectation {}

  /** How often instances start again. */
  record Restarts(String words, ServiceName service, long atMost) implements Expectation {}

  /**
   * Whether an event happens.
   *
   * @param words how it is shown
   * @param kind of event
   * @param subject a service, an instance or a node; empty: any
   * @param from not before
   * @param to not after
   * @param wanted whether it is to happen, or not to
   */
  record Happens(
      String words,
      EventKind kind,
      Optional<String> subject,
      Duration from,
      Duration to,
      boolean wanted)
      implements Expectation {}
}
