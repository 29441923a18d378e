package io.mainstay.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.mainstay.spec.grammar.FileKeys;
import io.mainstay.spec.grammar.ShapeCheck;
import io.mainstay.spec.yaml.Problems;
import io.mainstay.spec.yaml.Scalars;
import io.mainstay.spec.yaml.TreeReader;
import io.mainstay.spec.yaml.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reader and schema come from one table; here they are asked to agree. */
class JsonSchemaTest {
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(JsonSchema.text(), InputFormat.JSON);

  @Test
  void isASchemaOfTheDraftThatItNames() {
    JsonNode schema = JsonMapper.shared().readTree(JsonSchema.text());
    assertThat(schema.get("$schema").asString())
        .isEqualTo("https://json-schema.org/draft/2020-12/schema");
    Schema meta =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
    assertThat(meta.validate(JsonSchema.text(), InputFormat.JSON)).isEmpty();
  }

  @Test
  void describesEveryKeyAndNamesTheDefaults() {
    JsonNode schema = JsonMapper.shared().readTree(JsonSchema.text());
    JsonNode service = schema.at("/properties/services/additionalProperties/properties");
    assertThat(service.propertyNames()).hasSizeGreaterThan(35);
    service
        .properties()
        .forEach(entry -> assertThat(entry.getValue().get("description").asString()).isNotBlank());
    assertThat(service.at("/replicas/default").asInt()).isEqualTo(1);
    assertThat(service.at("/stop/properties/drain/default").asString()).isEqualTo("30s");
    assertThat(service.at("/protocol/enum").toString()).isEqualTo("[\"auto\",\"http1\",\"tcp\"]");
    assertThat(service.at("/container/description").asString()).contains("Not supported yet");
  }

  @Test
  void acceptsTheReferenceAndRefusesWhatComesLater() throws IOException {
    assertThat(errors(ReferenceTest.withoutLater())).isEmpty();
    assertThat(errors(ReferenceTest.reference()))
        .hasSize(2)
        .extracting(error -> error.getInstanceLocation().toString())
        .allMatch(place -> place.matches(".*(sticky|idle).*"));
  }

  static List<String> badFiles() throws IOException {
    return BadFilesTest.names();
  }

  @ParameterizedTest
  @MethodSource("badFiles")
  void agreesWithTheReaderOnBadFiles(String name) throws IOException {
    String text = Files.readString(Path.of("src/test/resources/bad/" + name + ".yaml"));
    tree(text)
        .ifPresent(tree ->
            assertThat(SCHEMA.validate(json(tree)).isEmpty())
                .as("schema accepts")
                .isEqualTo(structureIsRight(tree)));
  }

  /** What the schema refuses, the reader refuses; it cannot say all that the reader can. */
  @Test
  void refusesNothingThatTheReaderAccepts() throws IOException {
    String text = ReferenceTest.withoutLater();
    int accepted = 0;
    for (long seed = 0; seed < 500; seed++) {
      Optional<Value> tree = tree(Mutation.of(text, new Random(seed)));
      if (tree.filter(JsonSchemaTest::structureIsRight).isPresent()) {
        accepted++;
        assertThat(SCHEMA.validate(json(tree.get()))).as("seed %d", seed).isEmpty();
      }
    }
    assertThat(accepted).isGreaterThan(20);
  }

  private static List<Error> errors(String text) {
    return SCHEMA.validate(json(tree(text).orElseThrow()));
  }

  private static Optional<Value> tree(String text) {
    Problems problems = new Problems("f");
    Optional<Value> tree = TreeReader.read(text, problems);
    return problems.isEmpty() ? tree : Optional.empty();
  }

  private static boolean structureIsRight(Value tree) {
    return ShapeCheck.accepts(tree, FileKeys.FILE);
  }

  private static JsonNode json(Value value) {
    JsonNodeFactory factory = JsonNodeFactory.instance;
    return switch (value) {
      case Value.Scalar scalar ->
          switch (scalar.kind()) {
            case TEXT, BROKEN -> factory.stringNode(scalar.text());
            case NOTHING -> factory.nullNode();
            case FLAG -> factory.booleanNode(scalar.text().equalsIgnoreCase("true"));
            case INTEGER ->
                Scalars.integer(scalar.text())
                    .<JsonNode>map(factory::numberNode)
                    .orElseGet(() -> factory.numberNode(Double.MAX_VALUE));
            case DECIMAL -> factory.numberNode(Scalars.decimal(scalar.text()).orElse(0.0));
          };
      case Value.Sequence sequence -> {
        ArrayNode array = factory.arrayNode();
        sequence.elements().forEach(element -> array.add(json(element)));
        yield array;
      }
      case Value.Mapping mapping -> {
        ObjectNode object = factory.objectNode();
        mapping.entries().forEach(entry -> object.set(entry.key(), json(entry.value())));
        yield object;
      }
    };
  }
}
