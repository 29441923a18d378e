package io.mainstay.probes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpReaderTest {
  private static final String CHUNKED =
      "HTTP/1.1 102 Wait\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
          + "5;x=1\r\nstate\r\n3\r\n ok\r\n0\r\n\r\nnext";

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1000})
  void readsTheSameInPiecesOfAnySize(int size) throws HttpReader.Malformed {
    HttpReader reader = new HttpReader(false);
    feed(reader, CHUNKED, size);
    assertThat(reader.status()).isEqualTo(200);
    assertThat(reader.body()).isEqualTo("state ok");
    assertThat(reader.isComplete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nsta",
      })
  void judgesWhatIsCutOffByWhatCame(String text) throws HttpReader.Malformed {
    HttpReader reader = new HttpReader(false);
    feed(reader, text, 4);
    reader.end();
    assertThat(reader.hasHead()).isTrue();
    assertThat(reader.status()).isEqualTo(200);
    assertThat(reader.isComplete()).isTrue();
  }

  @Test
  void knowsThatNoBodyFollowsWhatHasNone() throws HttpReader.Malformed {
    HttpReader head = new HttpReader(true);
    feed(head, "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n", 100);
    assertThat(head.isComplete()).isTrue();
    HttpReader unchanged = new HttpReader(false);
    feed(unchanged, "HTTP/1.1 304 Not Modified\r\n\r\n", 100);
    assertThat(unchanged.isComplete()).isTrue();
  }

  @Test
  void boundsHeadBodyAndInterimAnswers() throws HttpReader.Malformed {
    HttpReader body = new HttpReader(false);
    feed(body, "HTTP/1.0 200 OK\r\n\r\n" + "x".repeat(HttpReader.MOST + 10), 5000);
    assertThat(body.isComplete()).isTrue();
    assertThat(body.body()).hasSize(HttpReader.MOST);
    assertThatThrownBy(() -> feed(new HttpReader(false), "HTTP/1.0 200 " + "x".repeat(70_000), 999))
        .isInstanceOf(HttpReader.Malformed.class)
        .hasMessageContaining("longer than");
    assertThatThrownBy(
            () -> feed(new HttpReader(false), "HTTP/1.1 100 Continue\r\n\r\n".repeat(10), 999))
        .hasMessageContaining("interim");
    assertThatThrownBy(
            () -> feed(new HttpReader(false), "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", 999))
        .hasMessageContaining("negative");
  }

  private static void feed(HttpReader reader, String text, int size) throws HttpReader.Malformed {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    for (int at = 0; at < bytes.length; at += size) {
      reader.take(ByteBuffer.wrap(bytes, at, Math.min(size, bytes.length - at)));
    }
  }
}
