package io.mainstay.endtoend;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Single requests, each on a connection of its own. */
final class Http {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private Http() {}

  static HttpResponse<String> get(int port, String path) {
    return send(HttpRequest.newBuilder(uri(port, path)).GET());
  }

  static HttpResponse<String> post(int port, String path) {
    return send(
        HttpRequest.newBuilder(uri(port, path)).POST(HttpRequest.BodyPublishers.ofString("x")));
  }

  /** With a header more. */
  static HttpResponse<String> post(int port, String path, String header, String value) {
    return send(
        HttpRequest.newBuilder(uri(port, path))
            .header(header, value)
            .POST(HttpRequest.BodyPublishers.ofString("x")));
  }

  /** The status of a GET, or 0 if nothing answered. */
  static int statusOf(int port, String path) {
    try {
      return get(port, path).statusCode();
    } catch (IllegalStateException e) {
      return 0;
    }
  }

  private static URI uri(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return CLIENT.send(
          request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
