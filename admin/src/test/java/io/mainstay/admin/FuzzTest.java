package io.mainstay.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever comes, the answer is a number that HTTP knows, never 500, and the server lives. */
class FuzzTest {
  private static final List<String> PIECES =
      List.of(
          "/",
          "//",
          "api",
          "v1",
          "/api/v1/",
          "status",
          "services",
          "shop",
          "shop-1",
          "instances",
          "events",
          "..",
          "%2e%2e",
          "%00",
          "%",
          "%zz",
          "?",
          "&",
          "=",
          "after",
          "limit",
          "-1",
          "99999999999",
          "logs",
          "lines",
          "push",
          "{service}",
          "explain",
          "é",
          "'",
          "\"",
          "<",
          ";",
          "\\",
          "a-0",
          "-1",
          "shop-99999999999",
          "operations",
          "console",
          ".js",
          "spec");
  private static final List<String> BODIES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          "\"",
          ":",
          ",",
          "replicas",
          "\"replicas\"",
          "\"for\"",
          "1h",
          "4",
          "-",
          "1e999",
          "true",
          "null",
          "\\u0000",
          "\\ud800",
          "\"force\"",
          "\u0000",
          "é",
          "nan",
          " ");
  private final Running running = new Running();
  private final Random random = new Random(20260101);

  @AfterEach
  void close() {
    running.close();
  }

  private String some(List<String> pieces, int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most); i >= 0; i--) {
      text.append(pieces.get(random.nextInt(pieces.size())));
    }
    return text.toString();
  }

  @Test
  void survivesAnyPath() {
    for (int i = 0; i < 400; i++) {
      String path = "/" + some(PIECES, 8);
      String method = random.nextBoolean() ? "GET" : "POST";
      if (path.contains("stream") || path.contains("follow")) {
        continue;
      }
      Running.Answer answer =
          running.call(
              method, path, List.of(Running.bearer(), "Content-Type: application/json"), "");
      assertThat(answer.status()).as(method + " " + path).isBetween(200, 431).isNotEqualTo(408);
    }
    assertThat(running.get("/healthz").status()).isEqualTo(200);
  }

  @Test
  void survivesAnyBody() {
    for (int i = 0; i < 400; i++) {
      String body = some(BODIES, 10);
      Running.Answer answer = running.post("/api/v1/services/shop/scale", body);
      assertThat(answer.status()).as(body).isIn(202, 400);
    }
    byte[] bytes = new byte[64];
    for (int i = 0; i < 100; i++) {
      random.nextBytes(bytes);
      Running.Answer answer =
          running.post(
              "/api/v1/instances/shop-1/drain", new String(bytes, StandardCharsets.ISO_8859_1));
      assertThat(answer.status()).isEqualTo(400);
    }
  }

  @Test
  void survivesNestingAndRepetition() {
    assertThat(running.post("/api/v1/services/shop/scale", "[".repeat(30_000)).status())
        .isEqualTo(400);
    assertThat(running.post("/api/v1/services/shop/scale", "{\"a\":".repeat(5_000)).status())
        .isEqualTo(400);
    assertThat(running.get("/" + "a/".repeat(4_000)).status()).isEqualTo(404);
    assertThat(running.get("/api/v1/status?" + "a&".repeat(4_000)).status()).isEqualTo(400);
  }
}
