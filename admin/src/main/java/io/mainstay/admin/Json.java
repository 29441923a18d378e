package io.mainstay.admin;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON as plain trees: {@link SequencedMap}, {@link List}, {@link String}, {@link Boolean}, numbers
 * and null. Only Jackson's streaming part is used, since binding classes by reflection would cost
 * more time at the start than the whole API.
 */
final class Json {
  private static final Pattern SOURCE = Pattern.compile("\\[Source: [^;\\]]*; ([^\\]]*)]");
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxNumberLength(32)
                  .maxStringLength(64 * 1024)
                  .build())
          .build();

  private Json() {}

  /** The tree in UTF-8. */
  static byte[] write(@Nullable Object tree) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      value(out, tree);
    }
    return bytes.toByteArray();
  }

  private static void value(JsonGenerator out, @Nullable Object tree) {
    switch (tree) {
      case null -> out.writeNull();
      case String text -> out.writeString(text);
      case Boolean flag -> out.writeBoolean(flag);
      case Integer number -> out.writeNumber(number);
      case Long number -> out.writeNumber(number);
      case Double number -> out.writeNumber(number.doubleValue());
      case List<?> list -> {
        out.writeStartArray();
        list.forEach(element -> value(out, element));
        out.writeEndArray();
      }
      case Map<?, ?> map -> {
        out.writeStartObject();
        map.forEach((key, element) -> {
          out.writeName(String.valueOf(key));
          value(out, element);
        });
        out.writeEndObject();
      }
      default -> out.writeString(tree.toString());
    }
  }

  /**
   * The tree that {@code bytes} hold.
   *
   * @throws Problem 400, if they are not one JSON value in UTF-8
   */
  static @Nullable Object read(byte[] bytes) {
    try (JsonParser in = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
      if (in.nextToken() == null) {
        throw Problem.badRequest("body: empty (expected: a JSON object)");
      }
      Object tree = value(in);
      if (in.nextToken() != null) {
        throw Problem.badRequest("body: more than one JSON value (expected: one object)");
      }
      return tree;
    } catch (JacksonException e) {
      throw Problem.badRequest("body: not JSON: " + said(e));
    }
  }

  /** What the parser says, with the place in the body but without its talk about the source. */
  private static String said(JacksonException e) {
    String message = SOURCE.matcher(e.getOriginalMessage()).replaceAll("$1");
    TokenStreamLocation place = e.getLocation();
    return place == null || place.getLineNr() <= 0
        ? message
        : message + " (at line " + place.getLineNr() + ", column " + place.getColumnNr() + ")";
  }

  private static @Nullable Object value(JsonParser in) {
    JsonToken token = in.currentToken();
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
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> in.getDecimalValue();
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
          throw Problem.badRequest("body: not JSON: unexpected " + token);
    };
  }

  /** An object of the given names and values, in order; null values are kept. */
  static SequencedMap<String, @Nullable Object> object(@Nullable Object... namesAndValues) {
    SequencedMap<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return map;
  }
}
