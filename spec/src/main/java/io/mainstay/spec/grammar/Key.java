package io.mainstay.spec.grammar;

import java.util.Optional;

/**
 * A known key.
 *
 * @param name as written
 * @param shape what its value may look like
 * @param description one sentence or phrase for editors
 * @param fallback the default as it would be written, if there is one
 * @param required whether it must be there
 */
public record Key(
    String name, Shape shape, String description, Optional<String> fallback, boolean required) {
  /** A key that may be left out. */
  static Key of(String name, Shape shape, String description) {
    return new Key(name, shape, description, Optional.empty(), false);
  }

  /** A key that must be there. */
  static Key required(String name, Shape shape, String description) {
    return new Key(name, shape, description, Optional.empty(), true);
  }

  /** The same with a default. */
  Key or(String fallbackText) {
    return new Key(name, shape, description, Optional.of(fallbackText), required);
  }
}
