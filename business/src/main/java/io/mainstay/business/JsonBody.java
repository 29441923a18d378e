package io.mainstay.business;

import io.mainstay.model.spec.JsonPath;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** The values of a JSON document, by path. */
final class JsonBody {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final JsonNode root;

  private JsonBody(JsonNode root) {
    this.root = root;
  }

  /** Reads a document; empty if it is none. */
  static Optional<JsonBody> parse(String text) {
    try {
      JsonNode root = MAPPER.readTree(text);
      return root.isMissingNode() ? Optional.empty() : Optional.of(new JsonBody(root));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /**
   * The text of the value: of a text itself, of an object or array as JSON; empty if there is none.
   *
   * @param path as {@link JsonPath} reads it
   */
  Optional<String> at(String path) {
    return node(path).map(JsonBody::text);
  }

  /** Whether the value is that one; numbers are compared as numbers. */
  boolean is(String path, String expected) {
    Optional<JsonNode> found = node(path);
    if (found.isEmpty()) {
      return false;
    }
    if (text(found.get()).equals(expected)) {
      return true;
    }
    BigDecimal number = found.get().isNumber() ? decimal(expected) : null;
    return number != null && found.get().decimalValue().compareTo(number) == 0;
  }

  private static String text(JsonNode node) {
    return node.isContainer() ? node.toString() : node.isNull() ? "null" : node.asString();
  }

  private static @Nullable BigDecimal decimal(String text) {
    try {
      return text.length() > 100 ? null : new BigDecimal(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private Optional<JsonNode> node(String path) {
    Optional<JsonPath> parsed = JsonPath.parse(path);
    if (parsed.isEmpty()) {
      return Optional.empty();
    }
    JsonNode node = root;
    for (JsonPath.Part part : parsed.get().parts()) {
      JsonNode next =
          switch (part) {
            case JsonPath.Part.Member(String name) -> node.isObject() ? node.get(name) : null;
            case JsonPath.Part.Element(int index) ->
                node.isArray() ? node.get(index < 0 ? node.size() + index : index) : null;
          };
      if (next == null) {
        return Optional.empty();
      }
      node = next;
    }
    return Optional.of(node);
  }
}
