package io.mainstay.model.spec;

import java.util.Optional;

/**
 * What proves that a service does its work, and what is done if it does not.
 *
 * @param fallback who answers in its place
 */
public record Business(Optional<Fallback> fallback) {
  /** Nothing asked for. */
  public static final Business NONE = new Business(Optional.empty());
}
