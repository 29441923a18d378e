package io.mainstay.spec.grammar;

import java.util.List;
import java.util.Optional;

/** What a value of the file may look like. */
public sealed interface Shape
    permits Rule, Shape.OneOf, Shape.ListOf, Shape.MapOf, Shape.Tree, Section, Shape.Later {

  /**
   * Any of several forms; at most one of them a list, at most one a mapping.
   *
   * @param choices the forms
   * @param label what is right, one phrase; empty: what the forms say
   */
  record OneOf(List<Shape> choices, Optional<String> label) implements Shape {
    /** Copies the list. */
    public OneOf {
      choices = List.copyOf(choices);
    }

    /** Without a phrase of its own. */
    OneOf(List<Shape> choices) {
      this(choices, Optional.empty());
    }

    /** With a phrase of its own. */
    OneOf(String label, List<Shape> choices) {
      this(choices, Optional.of(label));
    }
  }

  /**
   * A list.
   *
   * @param element what each of its elements is
   * @param min how many at least
   * @param unique whether an element may stand in it only once
   */
  record ListOf(Shape element, int min, boolean unique) implements Shape {}

  /**
   * A mapping with free keys.
   *
   * @param keys what each key is
   * @param value what each value is
   */
  record MapOf(Rule keys, Shape value) implements Shape {}

  /** Any value; names are filled in in its texts. */
  record Tree() implements Shape {}

  /**
   * A key whose feature is not built yet.
   *
   * @param harmless the one value that asks for nothing
   */
  record Later(Harmless harmless) implements Shape {}

  /** A value that asks for nothing. */
  enum Harmless {
    NONE,
    FALSE,
    OFF,
    EMPTY_MAPPING,
    EMPTY_LIST
  }

  /** The mapping with known keys among the forms of this shape. */
  default Optional<Section> section() {
    return switch (this) {
      case Section section -> Optional.of(section);
      case OneOf oneOf ->
          oneOf.choices().stream().flatMap(choice -> choice.section().stream()).findFirst();
      case ListOf list -> list.element().section();
      case MapOf map -> map.value().section();
      case Rule rule -> Optional.empty();
      case Tree tree -> Optional.empty();
      case Later later -> Optional.empty();
    };
  }
}
