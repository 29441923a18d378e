package io.mainstay.spec.yaml;

import java.util.List;
import java.util.Optional;

/** A value of the file. Aliases share one value, so it does not know the path that led to it. */
public sealed interface Value {
  /** Where it begins; for what an alias stands for, where that was written. */
  Place place();

  /** As messages show it, shortened, on one line. */
  default String shown() {
    return switch (this) {
      case Scalar scalar ->
          scalar.kind() == Kind.NOTHING && scalar.text().isEmpty()
              ? "nothing"
              : Problems.shorten(scalar.text());
      case Sequence sequence -> sequence.elements().isEmpty() ? "[]" : "[…]";
      case Mapping mapping -> mapping.entries().isEmpty() ? "{}" : "{…}";
    };
  }

  /**
   * One text, number or word.
   *
   * @param place where
   * @param text as written, without quotes
   * @param kind by the core schema of YAML 1.2
   */
  record Scalar(Place place, String text, Kind kind) implements Value {}

  /** What a scalar is by the core schema of YAML 1.2. */
  enum Kind {
    TEXT,
    INTEGER,
    DECIMAL,
    FLAG,
    NOTHING,
    /** Not known, and a problem has been noted: an alias to nothing, an unknown tag. */
    BROKEN
  }

  /** A list. */
  record Sequence(Place place, List<Value> elements) implements Value {
    /** Copies the list. */
    public Sequence {
      elements = List.copyOf(elements);
    }
  }

  /** Keys with values, in file order, keys unique, merges done. */
  record Mapping(Place place, List<Entry> entries) implements Value {
    /** Copies the list. */
    public Mapping {
      entries = List.copyOf(entries);
    }

    /** The entry of that key. */
    public Optional<Entry> entry(String key) {
      return entries.stream().filter(entry -> entry.key().equals(key)).findFirst();
    }
  }

  /**
   * A key with its value.
   *
   * @param place of the key
   * @param key its text
   * @param value what belongs to it
   */
  record Entry(Place place, String key, Value value) {}
}
