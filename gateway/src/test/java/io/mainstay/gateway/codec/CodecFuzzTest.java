package io.mainstay.gateway.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random bytes and random cuts, from fixed seeds: no exception, and the same outcome. */
class CodecFuzzTest {
  private static final String[] REQUESTS = {
    "GET /a?b HTTP/1.1\r\nHost: a\r\nX-A: b\r\n\r\n",
    "POST / HTTP/1.1\r\n"
        + "Host: a:80\r\n"
        + "Content-Length: 5\r\n"
        + "Connection: close, x-a\r\n"
        + "X-A: 1\r\n\r\n",
    "POST http://a/b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    "GET /ws HTTP/1.1\r\nHost: [::1]\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
  };
  private static final String[] RESPONSES = {
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\n",
    "HTTP/1.0 404\r\n\r\n",
    "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
  };
  private static final String SYMBOLS = "\r\n\0\t :;,/?#%aA0xX-_\"\\()<>[]{}\u007f\u0080\u00ff";

  private final RequestHead request = new RequestHead();
  private final ResponseHead response = new ResponseHead();

  @Test
  void readsMutatedHeadsWithoutTrippingAndWritesOnlyWhatItCanReadAgain() {
    Random random = new Random(20);
    HeadWriter writer = new HeadWriter();
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = mutate(random, REQUESTS[i % REQUESTS.length]);
      int end = RequestParser.parse(bytes, bytes.length, request, 200, 400);
      assertThat(end).isLessThanOrEqualTo(bytes.length);
      if (end > 0) {
        writer.request(request, Octets.bytes("10.0.0.1"), HeadWriter.trailer(false));
        byte[] written = copy(writer);
        RequestHead again = new RequestHead();
        int length = RequestParser.parse(written, written.length, again, 300, 2000);
        assertThat(length)
            .as(() -> new String(bytes, StandardCharsets.ISO_8859_1))
            .isEqualTo(written.length);
        assertThat(again.isChunked()).isEqualTo(request.isChunked());
        assertThat(again.contentLength()).isEqualTo(request.contentLength());
      }
    }
  }

  @Test
  void readsMutatedResponsesWithoutTripping() {
    Random random = new Random(21);
    HeadWriter writer = new HeadWriter();
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = mutate(random, RESPONSES[i % RESPONSES.length]);
      int end = ResponseParser.parse(bytes, bytes.length, response, 400);
      assertThat(end).isLessThanOrEqualTo(bytes.length);
      if (end > 0) {
        writer.response(response, HeadWriter.Persistence.DEFAULT, true, "");
        byte[] written = copy(writer);
        ResponseHead again = new ResponseHead();
        assertThat(ResponseParser.parse(written, written.length, again, 2000))
            .as(() -> new String(bytes, StandardCharsets.ISO_8859_1))
            .isEqualTo(written.length);
      }
    }
  }

  private static byte[] copy(HeadWriter writer) {
    ByteBuf buffer = Unpooled.buffer();
    writer.copyTo(buffer);
    return Arrays.copyOf(buffer.array(), buffer.readableBytes());
  }

  private static byte[] mutate(Random random, String text) {
    StringBuilder mutated = new StringBuilder(text);
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(mutated.length());
      char symbol = SYMBOLS.charAt(random.nextInt(SYMBOLS.length()));
      switch (random.nextInt(4)) {
        case 0 -> mutated.insert(at, symbol);
        case 1 -> mutated.setCharAt(at, symbol);
        case 2 -> mutated.deleteCharAt(at);
        default -> mutated.insert(at, mutated.substring(at, Math.min(mutated.length(), at + 9)));
      }
    }
    return Octets.bytes(mutated.toString());
  }

  /** An incomplete head never becomes another one when more of it arrives. */
  @Test
  void saysTheSameAboutEveryPrefix() {
    for (String text : REQUESTS) {
      byte[] bytes = Octets.bytes(text);
      for (int to = 0; to < bytes.length; to++) {
        assertThat(RequestParser.parse(bytes, to, request, 200, 400)).as(text, to).isZero();
      }
      assertThat(RequestParser.parse(bytes, bytes.length, request, 200, 400))
          .isEqualTo(bytes.length);
    }
    for (String text : RESPONSES) {
      byte[] bytes = Octets.bytes(text);
      for (int to = 0; to < bytes.length; to++) {
        assertThat(ResponseParser.parse(bytes, to, response, 400)).as(text).isZero();
      }
      assertThat(ResponseParser.parse(bytes, bytes.length, response, 400)).isEqualTo(bytes.length);
    }
  }

  @Test
  void followsChunksHoweverTheyAreCut() {
    String body = "5;a=b\r\nhello\r\n1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nX-T: v\r\n\r\n";
    String data = "helloabcdefghijklmnopqrstuvwxyz";
    Random random = new Random(22);
    for (int i = 0; i < 20_000; i++) {
      ChunkScanner scanner = new ChunkScanner();
      ByteBuf rest = Unpooled.copiedBuffer(body + "next", StandardCharsets.ISO_8859_1);
      StringBuilder found = new StringBuilder();
      int taken = 0;
      while (!scanner.isDone()) {
        ByteBuf part = rest.readSlice(Math.min(rest.readableBytes(), 1 + random.nextInt(12)));
        taken +=
            scanner.scan(
                part,
                (buffer, from, length) ->
                    found.append(buffer.toString(from, length, StandardCharsets.ISO_8859_1)));
        assertThat(scanner.isBad()).isFalse();
      }
      assertThat(found).hasToString(data);
      assertThat(taken).isEqualTo(body.length());
    }
  }

  @Test
  void endsOrRefusesMutatedChunksWithoutTripping() {
    Random random = new Random(23);
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = mutate(random, "5\r\nhello\r\n0\r\nX-T: v\r\n\r\n");
      ChunkScanner scanner = new ChunkScanner();
      int taken = scanner.scan(Unpooled.wrappedBuffer(bytes), null);
      assertThat(taken).isLessThanOrEqualTo(bytes.length);
      assertThat(scanner.isDone() && scanner.isBad()).isFalse();
    }
  }
}
