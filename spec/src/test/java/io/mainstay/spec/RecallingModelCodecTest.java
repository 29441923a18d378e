package io.mainstay.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.ports.ModelCodec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecallingModelCodecTest {
  private final List<String> read = new ArrayList<>();
  private final ModelCodec codec = new RecallingModelCodec(new Plain(), List.of(String.class));

  private final class Plain implements ModelCodec {
    @Override
    public byte[] write(Object value) {
      return value.toString().getBytes(UTF_8);
    }

    @Override
    public <T> T read(byte[] bytes, Class<T> type) {
      String text = new String(bytes, UTF_8);
      read.add(text);
      return type.cast(type == String.class ? text : (Object) Integer.valueOf(text));
    }
  }

  @Test
  void knowsAgainWhatItWrote() {
    String value = "desired";
    assertThat(codec.read(codec.write(value), String.class)).isSameAs(value);
    assertThat(read).isEmpty();
  }

  @Test
  void readsWhatOthersWrote() {
    codec.write("mine");
    assertThat(codec.read("theirs".getBytes(UTF_8), String.class)).isEqualTo("theirs");
    assertThat(read).containsExactly("theirs");
  }

  @Test
  void doesNotTakeOneTypeForAnother() {
    codec.write("12");
    assertThat(codec.read("12".getBytes(UTF_8), Integer.class)).isEqualTo(12);
  }

  @Test
  void isNotFooledByBytesThatChangeAfterwards() {
    byte[] bytes = codec.write("one");
    bytes[0] = 'x';
    assertThat(codec.read(bytes, String.class)).isEqualTo("xne");
  }

  @Test
  void forgetsTheOldest() {
    byte[] first = codec.write("first");
    for (int i = 0; i < 100; i++) {
      codec.write("value " + i);
    }
    codec.read(codec.write("value 99"), String.class);
    assertThat(read).isEmpty();
    codec.read(first, String.class);
    assertThat(read).containsExactly("first");
  }
}
