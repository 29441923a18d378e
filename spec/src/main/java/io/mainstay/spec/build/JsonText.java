package io.mainstay.spec.build;

import io.mainstay.spec.yaml.Scalars;
import io.mainstay.spec.yaml.Value;
import io.mainstay.spec.yaml.Value.Entry;
import io.mainstay.spec.yaml.Value.Mapping;
import io.mainstay.spec.yaml.Value.Scalar;
import io.mainstay.spec.yaml.Value.Sequence;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A value of the file as JSON, its texts unexpanded. */
final class JsonText {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private JsonText() {}

  static String of(Value value) {
    return node(value).toString();
  }

  private static JsonNode node(Value value) {
    return switch (value) {
      case Mapping mapping -> {
        ObjectNode object = NODES.objectNode();
        for (Entry entry : mapping.entries()) {
          object.set(entry.key(), node(entry.value()));
        }
        yield object;
      }
      case Sequence sequence -> {
        ArrayNode array = NODES.arrayNode();
        sequence.elements().forEach(element -> array.add(node(element)));
        yield array;
      }
      case Scalar scalar -> scalar(scalar);
    };
  }

  private static JsonNode scalar(Scalar scalar) {
    String text = scalar.text();
    return switch (scalar.kind()) {
      case INTEGER ->
          Scalars.integer(text)
              .<JsonNode>map(number -> NODES.numberNode((long) number))
              .orElseGet(() -> NODES.stringNode(text));
      case DECIMAL ->
          Scalars.decimal(text)
              .filter(Double::isFinite)
              .<JsonNode>map(number -> NODES.numberNode((double) number))
              .orElseGet(() -> NODES.stringNode(text));
      case FLAG -> NODES.booleanNode(text.equalsIgnoreCase("true"));
      case NOTHING, BROKEN -> NODES.nullNode();
      case TEXT -> NODES.stringNode(text);
    };
  }
}
