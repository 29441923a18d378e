package io.mainstay.spec.grammar;

import io.mainstay.spec.grammar.Shape.Harmless;
import io.mainstay.spec.grammar.Shape.Later;
import io.mainstay.spec.grammar.Shape.ListOf;
import io.mainstay.spec.grammar.Shape.MapOf;
import io.mainstay.spec.grammar.Shape.OneOf;
import io.mainstay.spec.yaml.Place;
import io.mainstay.spec.yaml.Scalars;
import io.mainstay.spec.yaml.Value;
import io.mainstay.spec.yaml.Value.Scalar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;

/** Says the table of keys in JSON Schema 2020-12. */
public final class SchemaWriter {
  private SchemaWriter() {}

  /** The schema of the whole file, as maps and lists. */
  public static SequencedMap<String, Object> file() {
    return whole("urn:mainstay:file:1", "mainstay.yaml", FileKeys.FILE);
  }

  /** The same of a scenario. */
  public static SequencedMap<String, Object> scenario() {
    return whole("urn:mainstay:scenario:1", "A scenario of mainstay simulate", ScenarioKeys.FILE);
  }

  private static SequencedMap<String, Object> whole(String id, String title, Section file) {
    SequencedMap<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("$id", id);
    schema.put("title", title);
    schema.putAll(of(file));
    return schema;
  }

  static SequencedMap<String, Object> of(Shape shape) {
    return switch (shape) {
      case Rule rule -> new LinkedHashMap<>(rule.schema());
      case OneOf oneOf -> map("anyOf", oneOf.choices().stream().map(SchemaWriter::of).toList());
      case ListOf list -> list(list);
      case MapOf map -> mapOf(map);
      case Shape.Tree tree -> new LinkedHashMap<>();
      case Section section -> section(section);
      case Later later -> later(later.harmless());
    };
  }

  private static SequencedMap<String, Object> list(ListOf list) {
    SequencedMap<String, Object> schema = map("type", "array");
    schema.put("items", of(list.element()));
    if (list.min() > 0) {
      schema.put("minItems", list.min());
    }
    if (list.unique()) {
      schema.put("uniqueItems", true);
    }
    return schema;
  }

  private static SequencedMap<String, Object> mapOf(MapOf map) {
    SequencedMap<String, Object> schema = map("type", "object");
    schema.put("propertyNames", of(map.keys()));
    schema.put("additionalProperties", of(map.value()));
    return schema;
  }

  private static SequencedMap<String, Object> section(Section section) {
    SequencedMap<String, Object> schema = map("type", "object");
    SequencedMap<String, Object> properties = new LinkedHashMap<>();
    for (Key key : section.keys()) {
      properties.put(key.name(), key(key));
    }
    schema.put("properties", properties);
    if (section.extensions()) {
      schema.put("patternProperties", map("^x-", true));
    }
    schema.put("additionalProperties", false);
    List<String> required = section.keys().stream().filter(Key::required).map(Key::name).toList();
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    if (!section.alternatives().isEmpty()) {
      Stream<Map<String, Object>> each =
          section.alternatives().stream().map(name -> map("required", List.of(name)));
      Stream<Map<String, Object>> none =
          section.required()
              ? Stream.empty()
              : Stream.of(
                  map(
                      "not",
                      map(
                          "anyOf",
                          section.alternatives().stream()
                              .map(name -> map("required", List.of(name)))
                              .toList())));
      schema.put("oneOf", Stream.concat(each, none).toList());
    }
    return schema;
  }

  private static SequencedMap<String, Object> key(Key key) {
    SequencedMap<String, Object> schema = new LinkedHashMap<>();
    boolean later = key.shape() instanceof Later;
    schema.put("description", key.description() + (later ? " Not supported yet." : ""));
    key.fallback().ifPresent(text -> schema.put("default", fallback(key.shape(), text)));
    schema.putAll(of(key.shape()));
    return schema;
  }

  /** The default as JSON: a list, a number, or a text. */
  private static Object fallback(Shape shape, String text) {
    if (shape instanceof ListOf) {
      return new ArrayList<>(Arrays.asList(text.split(" ")));
    }
    Scalar flag = new Scalar(Place.START, text, Value.Kind.FLAG);
    if (ShapeCheck.accepts(flag, shape) && (text.equals("true") || text.equals("false"))) {
      return Boolean.valueOf(text);
    }
    Scalar number = new Scalar(Place.START, text, Value.Kind.INTEGER);
    return ShapeCheck.accepts(number, shape) && Scalars.integer(text).isPresent()
        ? Scalars.integer(text).orElseThrow()
        : text;
  }

  private static SequencedMap<String, Object> later(Harmless harmless) {
    return switch (harmless) {
      case NONE -> map("not", new LinkedHashMap<>());
      case FALSE -> map("const", false);
      case OFF -> map("const", "off");
      case EMPTY_MAPPING -> {
        SequencedMap<String, Object> schema = map("type", "object");
        schema.put("maxProperties", 0);
        yield schema;
      }
      case EMPTY_LIST -> {
        SequencedMap<String, Object> schema = map("type", "array");
        schema.put("maxItems", 0);
        yield schema;
      }
    };
  }

  private static SequencedMap<String, Object> map(String key, Object value) {
    SequencedMap<String, Object> map = new LinkedHashMap<>();
    map.put(key, value);
    return map;
  }
}
