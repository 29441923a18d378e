package io.mainstay.spec.build;

import io.mainstay.model.spec.Amount;
import io.mainstay.spec.grammar.Key;
import io.mainstay.spec.grammar.Section;
import io.mainstay.spec.grammar.Shape;
import io.mainstay.spec.grammar.ShapeCheck;
import io.mainstay.spec.yaml.Place;
import io.mainstay.spec.yaml.Problems;
import io.mainstay.spec.yaml.Scalars;
import io.mainstay.spec.yaml.Value;
import io.mainstay.spec.yaml.Value.Entry;
import io.mainstay.spec.yaml.Value.Mapping;
import io.mainstay.spec.yaml.Value.Scalar;
import io.mainstay.spec.yaml.Value.Sequence;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One mapping of the file, seen through its section of the table: a key that is missing, or that
 * the structure check has refused, has its default.
 *
 * @param section the table's part
 * @param mapping what the file says; empty if it says nothing
 * @param path of the mapping
 * @param problems where contradictions go
 */
record Fields(Section section, Optional<Mapping> mapping, String path, Problems problems) {

  /** Whether the file has this key, right or wrong. */
  boolean has(String key) {
    return entry(key).isPresent();
  }

  Optional<Entry> entry(String key) {
    return mapping.flatMap(present -> present.entry(key));
  }

  /** The path of a key. */
  String below(String key) {
    return Problems.below(path, key);
  }

  /** Notes that the value of a key (or its absence) is wrong. */
  void refuse(String key, String expected) {
    refuse(key, expected, Optional.empty());
  }

  /** The same with a near miss. */
  void refuse(String key, String expected, Optional<String> nearest) {
    Optional<Entry> entry = entry(key);
    problems.add(
        entry
            .map(present -> present.value().place())
            .or(() -> mapping.map(Mapping::place))
            .orElse(Place.START),
        below(key),
        entry.map(present -> present.value().shown()).orElse("missing"),
        expected,
        nearest);
  }

  /** The value of a key, if it is there and right. */
  Optional<Value> value(String key) {
    return entry(key)
        .map(Entry::value)
        .filter(value -> ShapeCheck.accepts(value, keyOf(key).shape()));
  }

  /** The mapping below a key. */
  Fields in(String key) {
    Section below =
        keyOf(key)
            .shape()
            .section()
            .orElseThrow(() -> new IllegalStateException(key + " has no keys"));
    return new Fields(below, mappingOf(key), below(key), problems);
  }

  /** The same for an element of a list or a value of a mapping with free keys. */
  Fields at(String key, Value value, String valuePath) {
    Section below = keyOf(key).shape().section().orElseThrow();
    return new Fields(
        below,
        value instanceof Mapping present ? Optional.of(present) : Optional.empty(),
        valuePath,
        problems);
  }

  /** The mapping below a key as the file has it. */
  Optional<Mapping> mappingOf(String key) {
    return entry(key).map(Entry::value).filter(Mapping.class::isInstance).map(Mapping.class::cast);
  }

  /** The entries of a mapping with free keys. */
  List<Entry> entries(String key) {
    return mappingOf(key).map(Mapping::entries).orElse(List.of());
  }

  /** The elements of the list below a key, right or wrong. */
  List<Value> elements(String key) {
    return entry(key).map(Entry::value).stream()
        .filter(Sequence.class::isInstance)
        .flatMap(value -> ((Sequence) value).elements().stream())
        .toList();
  }

  /** Texts of a list of scalars; one scalar counts as a list of itself. */
  List<String> texts(String key) {
    Optional<Value> value = value(key);
    if (value.isEmpty()) {
      return keyOf(key).fallback().map(all -> Arrays.asList(all.split(" "))).orElse(List.of());
    }
    return switch (value.get()) {
      case Scalar scalar -> List.of(scalar.text());
      case Sequence sequence ->
          sequence.elements().stream()
              .filter(Scalar.class::isInstance)
              .map(element -> ((Scalar) element).text())
              .toList();
      case Mapping other -> List.of();
    };
  }

  /** The text of a key without a default. */
  Optional<String> optional(String key) {
    return value(key)
        .filter(Scalar.class::isInstance)
        .map(value -> ((Scalar) value).text())
        .or(() -> keyOf(key).fallback());
  }

  /** The text of a key with a default. */
  String text(String key) {
    return optional(key)
        .orElseThrow(() -> new IllegalStateException(below(key) + " has no default"));
  }

  Duration duration(String key) {
    return Scalars.duration(text(key)).orElseThrow();
  }

  Optional<Duration> optionalDuration(String key) {
    return optional(key).flatMap(Scalars::duration);
  }

  int integer(String key) {
    return Math.toIntExact(Scalars.integer(text(key)).orElseThrow());
  }

  double number(String key) {
    return Scalars.decimal(text(key)).orElseThrow();
  }

  long size(String key) {
    return Scalars.size(text(key)).orElseThrow();
  }

  double share(String key) {
    return Scalars.share(text(key)).orElseThrow();
  }

  /** Bytes as a count, or a share. */
  Amount sizeOrShare(String key) {
    String text = text(key);
    return Scalars.share(text)
        .<Amount>map(Amount.Share::new)
        .orElseGet(() -> new Amount.Count(Scalars.size(text).orElseThrow()));
  }

  Amount amount(String key) {
    return amountOf(text(key));
  }

  /** A number or a share. */
  static Amount amountOf(String text) {
    return Scalars.share(text)
        .<Amount>map(Amount.Share::new)
        .orElseGet(() -> new Amount.Count(Scalars.decimal(text).orElse(0.0)));
  }

  /** The words of a command, given as text or list. */
  Optional<List<String>> command(String key) {
    return entry(key)
        .map(Entry::value)
        .flatMap(value -> command(value, keyOf(key).shape(), below(key)));
  }

  /** The words of a command that stands elsewhere. */
  Optional<List<String>> command(Value value, Shape shape, String valuePath) {
    if (!ShapeCheck.accepts(value, shape)) {
      return Optional.empty();
    }
    return switch (value) {
      case Sequence sequence -> {
        List<String> words =
            sequence.elements().stream().map(element -> ((Scalar) element).text()).toList();
        if (words.getFirst().isBlank()) {
          problems.add(valuePath, value, "a command as first word");
          yield Optional.empty();
        }
        yield Optional.of(words);
      }
      case Scalar scalar ->
          switch (Words.split(scalar.text())) {
            case Words.Outcome.Split split -> Optional.of(split.words());
            case Words.Outcome.Bad bad -> {
              problems.add(valuePath, value, bad.expected());
              yield Optional.empty();
            }
          };
      case Mapping other -> Optional.empty();
    };
  }

  /** A path relative to the file's folder, made absolute. */
  Path path(String key, Path base) {
    try {
      return base.resolve(text(key)).normalize();
    } catch (InvalidPathException e) {
      refuse(key, "a path");
      return base;
    }
  }

  private Key keyOf(String key) {
    return section
        .key(key)
        .orElseThrow(() -> new IllegalStateException("the table has no " + below(key)));
  }
}
