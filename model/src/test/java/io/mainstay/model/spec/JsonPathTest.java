package io.mainstay.model.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.spec.JsonPath.Part;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPathTest {
  @Test
  void readsMembersAndElements() {
    assertThat(JsonPath.parse("$").orElseThrow().parts()).isEmpty();
    assertThat(JsonPath.parse("$.a.b[0]['x y'][\"z\"][-1]").orElseThrow().parts())
        .containsExactly(
            new Part.Member("a"),
            new Part.Member("b"),
            new Part.Element(0),
            new Part.Member("x y"),
            new Part.Member("z"),
            new Part.Element(-1));
    assertThat(JsonPath.parse("$['it\\'s\\u0041']['a]b']").orElseThrow().parts())
        .containsExactly(new Part.Member("it'sA"), new Part.Member("a]b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "$.",
        "$a",
        "$..a",
        "$.*",
        "$[*]",
        "$[0",
        "$['a",
        "$['a'",
        "$[01]",
        "$[-0]",
        "$[1:2]",
        "$[?@.a]",
        "$['\\x']",
        "$.1a",
        "$[]",
        "$['a\\']",
        "$.a-b",
        "$[",
        "$['\\u12']"
      })
  void refusesWhatIsNoSingularQuery(String text) {
    assertThat(JsonPath.parse(text)).isEmpty();
  }
}
