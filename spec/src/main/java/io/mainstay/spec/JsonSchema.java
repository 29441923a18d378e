package io.mainstay.spec;

import io.mainstay.spec.grammar.SchemaWriter;
import java.util.SequencedMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The published JSON Schema of {@code mainstay.yaml}, for the completion of editors. */
public final class JsonSchema {
  private JsonSchema() {}

  /**
   * The schema (draft 2020-12) as indented JSON. It knows the structure of the file; names that
   * must exist and contradictions are the reader's.
   */
  public static String text() {
    return text(SchemaWriter.file());
  }

  /** The same of a scenario for {@code mainstay simulate}. */
  public static String scenario() {
    return text(SchemaWriter.scenario());
  }

  private static String text(SequencedMap<String, Object> schema) {
    return JsonMapper.builder()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .build()
        .writeValueAsString(schema);
  }
}
