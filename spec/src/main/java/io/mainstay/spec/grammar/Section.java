package io.mainstay.spec.grammar;

import java.util.List;
import java.util.Optional;

/**
 * A mapping with known keys.
 *
 * @param keys in the order of the documentation
 * @param alternatives keys that exclude each other
 * @param required whether one of the alternatives must be there
 * @param extensions whether keys that begin with {@code x-} are ignored
 */
public record Section(
    List<Key> keys, List<String> alternatives, boolean required, boolean extensions)
    implements Shape {
  /** Copies the lists. */
  public Section {
    keys = List.copyOf(keys);
    alternatives = List.copyOf(alternatives);
  }

  /** A mapping with these keys. */
  static Section of(Key... keys) {
    return new Section(List.of(keys), List.of(), false, false);
  }

  /** The same, but exactly one of these keys must be there. */
  Section exactlyOneOf(String... names) {
    return new Section(keys, List.of(names), true, extensions);
  }

  /** The same, but at most one of these keys may be there. */
  Section atMostOneOf(String... names) {
    return new Section(keys, List.of(names), false, extensions);
  }

  /** The key of that name. */
  public Optional<Key> key(String name) {
    return keys.stream().filter(key -> key.name().equals(name)).findFirst();
  }

  /** All names that mean something now. */
  List<String> names() {
    return keys.stream().filter(key -> !(key.shape() instanceof Later)).map(Key::name).toList();
  }
}
