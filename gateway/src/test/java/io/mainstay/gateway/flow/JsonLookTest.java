package io.mainstay.gateway.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.spec.JsonPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLookTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "$.id | {\"id\":7} | 7",
        "$.id | {\"id\":\"7\"} | 7",
        "$.id | {\"id\" : -1.5e+3 } | -1.5e+3",
        "$.id | {\"id\":true} | true",
        "$.id | {\"a\":{\"id\":1},\"b\":[{\"id\":2}],\"id\":3} | 3",
        "$.a.id | {\"id\":1,\"a\":{\"x\":[],\"id\":\"u-1\"}} | u-1",
        "$.a[1] | {\"a\":[\"x\",\"y\",\"z\"]} | y",
        "$.a[0].b | {\"a\":[{\"b\":\"y\"}]} | y",
        "$.a[2].b | {\"a\":[[1,2,3],{\"b\":1},{\"c\":{},\"b\":5}]} | 5",
        "$[1][0] | [[1],[2,3]] | 2",
        "$ | \"all\" | all",
        "$ | 42 | 42",
        "$.id | {\"id\":1,\"id\":2} | 1",
        "$['i d'] | {\"i d\":\"x\"} | x",
        "$.id | {\"\\u0069d\":\"\\u00e9\\\"\\ud83d\\ude00\\/\"} | é\"😀/",
        "$.é | {\"é\":\"é\"} | é",
        "$.id | {\"a\":\"\\\"id\\\":\\\\\",\"id\":\"b\"} | b",
        "$.id | {\"id\":\"\\ud83dx\\ude00\"} | ?x?",
      })
  void finds(String path, String document, String value) {
    assertThat(look(path, document.strip())).isEqualTo("FOUND " + value.strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "$.id | {}",
        "$.id | {\"ID\":7}",
        "$.id | {\"id\":null,\"x\":1}",
        "$.id | {\"id\":{\"id\":7}}",
        "$.id | {\"id\":[7]}",
        "$.id | {\"id\":\"\"}",
        "$.id | [{\"id\":7}]",
        "$.id | \"id\"",
        "$.a.b | {\"a\":5,\"b\":6}",
        "$.a.b | {\"a\":{\"c\":1},\"b\":2}",
        "$.a[3] | {\"a\":[1,2,3]}",
        "$.a[0] | {\"a\":{\"0\":1}}",
        "$.a[0] | {\"a\":[]}",
      })
  void findsNothing(String path, String document) {
    assertThat(look(path, document.strip())).isEqualTo("NOTHING");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>",
        "{id:7}",
        "{\"id\":x}",
        "{\"id\":tru}",
        "{\"id\":01}",
        "{\"id\" 7}",
        "{\"a\":1 \"id\":7}",
        "{\"a\":[1},\"id\":7}",
        "{\"id\":\"a\nb\"}",
        "{\"id\":\"\\x\"}",
        "{\"id\":\"\\u00g0\"}",
        "}",
        "{,}",
        "\u001f\u008b\b",
      })
  void seesThatItIsNoJson(String document) {
    assertThat(look("$.id", document)).isEqualTo("BROKEN");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "{\"id", "{\"id\":7", "{\"id\":\"7", "{\"a\":1,"})
  void waitsForTheRest(String document) {
    assertThat(look("$.id", document)).isEqualTo("OPEN");
  }

  @Test
  void readsWhatBeginsWithAMarkOfItsEncoding() {
    assertThat(look("$.id", "\ufeff{\"id\":7}")).isEqualTo("FOUND 7");
  }

  @Test
  void isBoundedInDepth() {
    assertThat(look("$.id", "{\"a\":" + "[".repeat(600))).isEqualTo("BROKEN");
    String deep = "[".repeat(500) + "]".repeat(500);
    assertThat(look("$.id", "{\"a\":" + deep + ",\"id\":1}")).isEqualTo("FOUND 1");
  }

  @Test
  void tellsLongKeysApart() {
    JsonLook first = new JsonLook(JsonPath.parse("$.id").orElseThrow());
    JsonLook second = new JsonLook(JsonPath.parse("$.id").orElseThrow());
    feed(first, "{\"id\":\"" + "a".repeat(1000) + "1\"}", 100);
    feed(second, "{\"id\":\"" + "a".repeat(1000) + "2\"}", 100);
    assertThat(first.text().key()).isNotEqualTo(second.text().key());
    assertThat(first.text().shown()).isEqualTo("a".repeat(64) + "…");
  }

  @Test
  void findsWhatIsThereInAnyDocumentHoweverItIsCut() {
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      List<String> path = new ArrayList<>();
      String value = "v" + random.nextInt(1000);
      String document = document(random, path, value, 4);
      JsonLook look = new JsonLook(JsonPath.parse("$" + String.join("", path)).orElseThrow());
      feed(look, document, 1 + random.nextInt(8));
      assertThat(look.state()).as("seed %s: %s", seed, document).isEqualTo(JsonLook.State.FOUND);
      assertThat(look.text().shown()).as("seed %s: %s %s", seed, path, document).isEqualTo(value);
    }
  }

  @Test
  void endsInAStateWhateverComes() {
    String letters = "{}[]\",:\\u0a1 tfn-.e\u00e9";
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder("{\"id\":");
      for (int i = random.nextInt(30); i > 0; i--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      String document = text.substring(random.nextInt(4));
      String whole = look("$.id[0].id", document);
      JsonLook cut = new JsonLook(JsonPath.parse("$.id[0].id").orElseThrow());
      feed(cut, document, 1);
      assertThat(cut.state().name()).as(document).isEqualTo(whole.split(" ")[0]);
    }
  }

  /** A random document with {@code value} at the path that is noted. */
  private static String document(Random random, List<String> path, String value, int depth) {
    if (depth == 0 || random.nextInt(5) == 0) {
      return "\"" + value + "\"";
    }
    int before = random.nextInt(3);
    List<String> parts = new ArrayList<>();
    boolean isObject = random.nextBoolean();
    for (int i = 0; i < before; i++) {
      parts.add((isObject ? "\"m" + i + "\": " : "") + noise(random, 3));
    }
    path.add(isObject ? "['k\"1']" : "[" + before + "]");
    parts.add((isObject ? "\"k\\\"\\u0031\":" : "") + document(random, path, value, depth - 1));
    for (int i = 0; i < random.nextInt(3); i++) {
      parts.add((isObject ? "\"k\\\"1\":" : "") + noise(random, 3));
    }
    String inside = String.join(random.nextBoolean() ? "," : " ,\n", parts);
    return isObject ? "{" + inside + "}" : "[ " + inside + "]";
  }

  private static String noise(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 5)) {
      case 0 -> "null";
      case 1 -> "-12.5e3";
      case 2 -> "\"\\\\\\\"{[\\u00e9\"";
      case 3 -> "false";
      case 4 -> "\"é,}\"";
      case 5 -> "[" + noise(random, depth - 1) + ", " + noise(random, depth - 1) + "]";
      case 6 -> "{\"k\\\"1\":" + noise(random, depth - 1) + "}";
      default -> random.nextBoolean() ? "{}" : "[ ]";
    };
  }

  private static String look(String path, String document) {
    JsonLook look = new JsonLook(JsonPath.parse(path).orElseThrow());
    feed(look, document, 10_000);
    return look.state() == JsonLook.State.FOUND
        ? "FOUND " + look.text().shown()
        : look.state().name();
  }

  private static void feed(JsonLook look, String document, int size) {
    byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
    for (int from = 0; from < bytes.length; from += size) {
      look.look(bytes, from, Math.min(bytes.length, from + size));
    }
    look.end();
  }
}
