package io.mainstay.cli;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What the server answered, to be looked at field by field. A field that is absent, null or of
 * another type reads as empty: an older or newer server is shown as well as may be.
 *
 * @param value a map, a list, a text, a number, a boolean, or null
 */
record JsonTree(@Nullable Object value) {
  private static final JsonFactory FACTORY = new JsonFactory();

  /**
   * Reads one JSON value.
   *
   * @throws CliFailure if {@code bytes} hold none
   */
  static JsonTree read(byte[] bytes) {
    try (JsonParser in = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
      in.nextToken();
      return new JsonTree(value(in));
    } catch (JacksonException e) {
      throw new CliFailure(
          ExitCode.FAILED,
          "the server's answer is not JSON: " + e.getOriginalMessage() + " (is it Mainstay?)");
    }
  }

  private static @Nullable Object value(JsonParser in) {
    @Nullable JsonToken token = in.currentToken();
    return switch (token) {
      case START_OBJECT -> {
        SequencedMap<String, @Nullable Object> map = new LinkedHashMap<>();
        while (in.nextToken() == JsonToken.PROPERTY_NAME) {
          String name = in.currentName();
          in.nextToken();
          map.put(name, value(in));
        }
        yield map;
      }
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(in));
        }
        yield list;
      }
      case VALUE_STRING -> in.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> in.getDecimalValue();
      case null -> null;
      case VALUE_NULL, NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
          null;
    };
  }

  /** A field. */
  JsonTree get(String name) {
    return new JsonTree(value instanceof Map<?, ?> map ? map.get(name) : null);
  }

  /** A field as text; numbers too; empty if it is absent or null. */
  String text(String name) {
    return get(name).text();
  }

  /** This as text. */
  String text() {
    return switch (value) {
      case null -> "";
      case String text -> text;
      case BigDecimal number -> number.stripTrailingZeros().toPlainString();
      case Boolean flag -> flag.toString();
      case Object other -> other.toString();
    };
  }

  /** A field as a number; 0 if it is none. */
  double number(String name) {
    return get(name).value instanceof BigDecimal number ? number.doubleValue() : 0;
  }

  /** A field as a whole number; 0 if it is none. */
  int count(String name) {
    return (int) number(name);
  }

  /** A field as a switch. */
  boolean flag(String name) {
    return Boolean.TRUE.equals(get(name).value);
  }

  /** Whether this is absent or null. */
  boolean isEmpty() {
    return value == null;
  }

  /** The elements of a field. */
  List<JsonTree> list(String name) {
    return get(name).value instanceof List<?> list
        ? list.stream().map(JsonTree::new).toList()
        : List.of();
  }

  /** The fields of a field, in order. */
  SequencedMap<String, String> texts(String name) {
    SequencedMap<String, String> texts = new LinkedHashMap<>();
    if (get(name).value instanceof Map<?, ?> map) {
      map.forEach((key, element) -> texts.put(String.valueOf(key), new JsonTree(element).text()));
    }
    return texts;
  }

  /** This as JSON on one line. */
  String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      write(out, value);
    }
    return text.toString();
  }

  private static void write(JsonGenerator out, @Nullable Object value) {
    switch (value) {
      case null -> out.writeNull();
      case BigDecimal number -> out.writeNumber(number);
      case Boolean flag -> out.writeBoolean(flag);
      case List<?> list -> {
        out.writeStartArray();
        list.forEach(element -> write(out, element));
        out.writeEndArray();
      }
      case Map<?, ?> map -> {
        out.writeStartObject();
        map.forEach((name, element) -> {
          out.writeName(String.valueOf(name));
          write(out, element);
        });
        out.writeEndObject();
      }
      case Object other -> out.writeString(other.toString());
    }
  }
}
