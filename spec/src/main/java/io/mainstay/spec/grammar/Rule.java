package io.mainstay.spec.grammar;

import io.mainstay.model.spec.Expansion;
import io.mainstay.spec.yaml.Value.Scalar;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;

/**
 * What one scalar may be. The schema says the same as far as it can.
 *
 * @param expected what is right, one phrase
 * @param accepts whether a scalar is right
 * @param schema its JSON Schema
 * @param words the words that it accepts, for near misses
 * @param later words that come later
 * @param expanded whether names are filled in, so that their syntax is checked
 */
public record Rule(
    String expected,
    Predicate<Scalar> accepts,
    SequencedMap<String, Object> schema,
    List<String> words,
    List<String> later,
    boolean expanded)
    implements Shape {
  /** Copies the collections. */
  public Rule {
    schema = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(schema));
    words = List.copyOf(words);
    later = List.copyOf(later);
  }

  /** A rule without words. */
  Rule(String expected, Predicate<Scalar> accepts, SequencedMap<String, Object> schema) {
    this(expected, accepts, schema, List.of(), List.of(), false);
  }

  /** The same rule for a text in which names are filled in. */
  Rule withNames() {
    return new Rule(expected, accepts, schema, words, later, true);
  }

  /** What would be right, if names in it are not well formed. */
  Optional<String> expansionProblem(Scalar scalar) {
    return expanded ? Expansion.problem(scalar.text()) : Optional.empty();
  }
}
