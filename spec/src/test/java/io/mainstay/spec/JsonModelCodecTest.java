package io.mainstay.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Observed;
import io.mainstay.ports.SpecReader.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class JsonModelCodecTest {
  private final JsonModelCodec codec = new JsonModelCodec();

  @Test
  void bringsBackTheReferenceFile() throws IOException {
    Outcome outcome = new YamlSpecReader().read(ReferenceTest.withoutLater(), "f", Path.of("/srv"));
    Deployment deployment = ((Outcome.Valid) outcome).deployment();
    byte[] bytes = codec.write(deployment);
    assertThat(codec.read(bytes, Deployment.class)).isEqualTo(deployment);
    assertThat(new String(bytes, StandardCharsets.UTF_8))
        .contains("{\"kind\":\"run\",\"command\":[\"java\"", "\"PT0.25S\"".replace("0.25", "0.5"));
  }

  @Test
  void ignoresUnknownFields() {
    byte[] bytes =
        "{\"node\":\"n1\",\"assignmentsVersion\":3,\"instances\":[],\"new\":{\"a\":[1]}}"
            .getBytes(StandardCharsets.UTF_8);
    assertThat(codec.read(bytes, Observed.class).assignmentsVersion()).isEqualTo(3);
  }

  @Test
  void refusesWhatIsNoSuchValue() {
    for (String text :
        new String[] {"", "null", "[]", "{\"node\":\"\"}", "{\"node\":", "nonsense"}) {
      assertThatThrownBy(() -> codec.read(text.getBytes(StandardCharsets.UTF_8), Observed.class))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
