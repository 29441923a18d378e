package io.mainstay.spec.grammar;

import io.mainstay.model.spec.Expansion;
import io.mainstay.spec.grammar.Shape.Harmless;
import io.mainstay.spec.grammar.Shape.Later;
import io.mainstay.spec.grammar.Shape.ListOf;
import io.mainstay.spec.grammar.Shape.MapOf;
import io.mainstay.spec.grammar.Shape.OneOf;
import io.mainstay.spec.grammar.Shape.Tree;
import io.mainstay.spec.yaml.Nearest;
import io.mainstay.spec.yaml.Place;
import io.mainstay.spec.yaml.Problems;
import io.mainstay.spec.yaml.Value;
import io.mainstay.spec.yaml.Value.Entry;
import io.mainstay.spec.yaml.Value.Mapping;
import io.mainstay.spec.yaml.Value.Scalar;
import io.mainstay.spec.yaml.Value.Sequence;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares a tree of values with the shape that it should have. */
public final class ShapeCheck {
  /** What is expected where a feature is not built. */
  public static final String NOT_YET = "not supported yet";

  private static final int KEYS_SHOWN = 12;

  private final Problems problems;
  private final boolean brokenIsWrong;

  /**
   * A check that notes what is wrong in {@code problems}; broken values are noted there already.
   */
  public ShapeCheck(Problems problems) {
    this(problems, false);
  }

  private ShapeCheck(Problems problems, boolean brokenIsWrong) {
    this.problems = problems;
    this.brokenIsWrong = brokenIsWrong;
  }

  /** Whether {@code value} has that shape throughout. */
  public static boolean accepts(Value value, Shape shape) {
    Problems none = new Problems("");
    new ShapeCheck(none, true).check("", value, shape);
    return none.isEmpty();
  }

  /** Notes all that is wrong with {@code value}. */
  public void check(String path, Value value, Shape shape) {
    if (problems.isFull()
        || (!brokenIsWrong
            && value instanceof Scalar scalar
            && scalar.kind() == Value.Kind.BROKEN)) {
      return;
    }
    switch (shape) {
      case Rule rule -> rule(path, value, rule);
      case OneOf oneOf -> oneOf(path, value, oneOf);
      case ListOf listOf -> list(path, value, listOf);
      case MapOf mapOf -> map(path, value, mapOf);
      case Tree tree -> tree(path, value);
      case Section section -> section(path, value, section);
      case Later later -> later(path, value.place(), value, later.harmless());
    }
  }

  private void rule(String path, Value value, Rule rule) {
    if (!(value instanceof Scalar scalar)) {
      problems.add(path, value, rule.expected());
    } else if (rule.later().contains(scalar.text())) {
      problems.add(path, value, NOT_YET);
    } else if (!rule.accepts().test(scalar)) {
      problems.add(
          value.place(),
          path,
          value.shown(),
          rule.expected(),
          Nearest.of(scalar.text(), rule.words()));
    } else {
      rule.expansionProblem(scalar).ifPresent(expected -> problems.add(path, value, expected));
    }
  }

  private void oneOf(String path, Value value, OneOf shape) {
    List<Shape> candidates =
        shape.choices().stream().filter(choice -> isKindOf(value, choice)).toList();
    if (candidates.size() == 1) {
      Shape only = candidates.getFirst();
      if (!(only instanceof Rule rule)) {
        check(path, value, only);
        return;
      }
      if (value instanceof Scalar scalar && rule.later().contains(scalar.text())) {
        problems.add(path, value, NOT_YET);
        return;
      }
    }
    for (Shape candidate : candidates) {
      if (candidate instanceof Rule rule
          && value instanceof Scalar scalar
          && rule.accepts().test(scalar)) {
        rule(path, value, rule);
        return;
      }
    }
    List<String> words =
        candidates.stream()
            .flatMap(choice -> choice instanceof Rule rule ? rule.words().stream() : null)
            .toList();
    Optional<String> nearest =
        value instanceof Scalar scalar ? Nearest.of(scalar.text(), words) : Optional.empty();
    problems.add(value.place(), path, value.shown(), expected(shape), nearest);
  }

  private static boolean isKindOf(Value value, Shape shape) {
    return switch (shape) {
      case Rule rule -> value instanceof Scalar;
      case ListOf list -> value instanceof Sequence;
      case MapOf map -> value instanceof Mapping;
      case Section section -> value instanceof Mapping;
      case Tree tree -> true;
      case Later later -> true;
      case OneOf oneOf -> oneOf.choices().stream().anyMatch(choice -> isKindOf(value, choice));
    };
  }

  private void list(String path, Value value, ListOf shape) {
    if (!(value instanceof Sequence sequence)) {
      problems.add(path, value, expected(shape));
      return;
    }
    if (sequence.elements().size() < shape.min()) {
      problems.add(path, value, "at least " + shape.min() + " in the list");
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < sequence.elements().size(); i++) {
      Value element = sequence.elements().get(i);
      String below = Problems.below(path, i);
      check(below, element, shape.element());
      if (shape.unique() && element instanceof Scalar scalar && !seen.add(scalar.text())) {
        problems.add(below, element, "each one once");
      }
    }
  }

  private void map(String path, Value value, MapOf shape) {
    if (!(value instanceof Mapping mapping)) {
      problems.add(path, value, expected(shape));
      return;
    }
    for (Entry entry : mapping.entries()) {
      String below = Problems.below(path, entry.key());
      Scalar key = new Scalar(entry.place(), entry.key(), Value.Kind.TEXT);
      if (!shape.keys().accepts().test(key)) {
        problems.add(
            entry.place(),
            below,
            entry.key(),
            "as key: " + shape.keys().expected(),
            Optional.empty());
      }
      check(below, entry.value(), shape.value());
    }
  }

  private void tree(String path, Value value) {
    switch (value) {
      case Scalar scalar ->
          Expansion.problem(scalar.text())
              .ifPresent(expected -> problems.add(path, value, expected));
      case Sequence sequence -> {
        for (int i = 0; i < sequence.elements().size(); i++) {
          check(Problems.below(path, i), sequence.elements().get(i), new Tree());
        }
      }
      case Mapping mapping -> {
        for (Entry entry : mapping.entries()) {
          check(Problems.below(path, entry.key()), entry.value(), new Tree());
        }
      }
    }
  }

  private void section(String path, Value value, Section section) {
    if (!(value instanceof Mapping mapping)) {
      problems.add(path, value, expected(section));
      return;
    }
    for (Entry entry : mapping.entries()) {
      String below = Problems.below(path, entry.key());
      Optional<Key> key = section.key(entry.key());
      if (key.isPresent()) {
        if (key.get().shape() instanceof Later later) {
          later(below, entry.place(), entry.value(), later.harmless());
        } else {
          check(below, entry.value(), key.get().shape());
        }
      } else if (!section.extensions() || !entry.key().startsWith("x-")) {
        problems.add(
            entry.place(),
            below,
            entry.key(),
            expectedKey(section),
            problems.isFull() ? Optional.empty() : Nearest.of(entry.key(), section.names()));
      }
    }
    for (Key key : section.keys()) {
      if (key.required() && mapping.entry(key.name()).isEmpty()) {
        problems.add(
            mapping.place(),
            Problems.below(path, key.name()),
            "missing",
            expected(key.shape()),
            Optional.empty());
      }
    }
    alternatives(path, mapping, section);
  }

  private void alternatives(String path, Mapping mapping, Section section) {
    List<Entry> present =
        mapping.entries().stream()
            .filter(entry -> section.alternatives().contains(entry.key()))
            .toList();
    String names = String.join(", ", supported(section));
    boolean misspelt =
        mapping.entries().stream().anyMatch(entry -> section.key(entry.key()).isEmpty());
    if (present.isEmpty() && section.required() && !misspelt) {
      problems.add(mapping.place(), path, "none of them", "one of " + names, Optional.empty());
    }
    for (Entry second : present.stream().skip(1).toList()) {
      problems.add(
          second.place(),
          Problems.below(path, second.key()),
          second.key(),
          "only one of " + names + "; " + present.getFirst().key() + " is there already",
          Optional.empty());
    }
  }

  private static List<String> supported(Section section) {
    return section.alternatives().stream()
        .filter(name -> section.key(name).filter(key -> key.shape() instanceof Later).isEmpty())
        .toList();
  }

  private void later(String path, Place place, Value value, Harmless harmless) {
    boolean asksForNothing =
        switch (harmless) {
          case NONE -> false;
          case FALSE ->
              value instanceof Scalar scalar
                  && scalar.kind() == Value.Kind.FLAG
                  && scalar.text().equalsIgnoreCase("false");
          case OFF ->
              value instanceof Scalar scalar
                  && scalar.kind() == Value.Kind.TEXT
                  && scalar.text().equals("off");
          case EMPTY_MAPPING -> value instanceof Mapping mapping && mapping.entries().isEmpty();
          case EMPTY_LIST -> value instanceof Sequence list && list.elements().isEmpty();
        };
    if (!asksForNothing) {
      problems.add(place, path, value.shown(), NOT_YET, Optional.empty());
    }
  }

  private static String expectedKey(Section section) {
    return section.names().size() > KEYS_SHOWN
        ? "a known key; mainstay schema lists them"
        : "one of " + keys(section);
  }

  private static String keys(Section section) {
    List<String> names = section.names();
    return names.size() > KEYS_SHOWN
        ? String.join(", ", names.subList(0, 3)) + ", …"
        : String.join(", ", names);
  }

  /** What would have that shape, one phrase. */
  static String expected(Shape shape) {
    return switch (shape) {
      case Rule rule -> rule.expected();
      case OneOf oneOf ->
          oneOf
              .label()
              .orElseGet(() ->
                  oneOf.choices().stream()
                      .map(ShapeCheck::expected)
                      .collect(Collectors.joining(", or ")));
      case ListOf list ->
          list.element() instanceof Section
              ? "a list of mappings"
              : "a list, each: " + expected(list.element());
      case MapOf map -> "a mapping from names to values";
      case Tree tree -> "a value";
      case Section section -> "a mapping with " + keys(section);
      case Later later -> NOT_YET;
    };
  }
}
