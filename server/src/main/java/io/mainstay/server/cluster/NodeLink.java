package io.mainstay.server.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mainstay.model.Address;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * Speaks to other servers of the cluster, by TLS with this node's certificate, over connections
 * that are kept. Any thread.
 */
public final class NodeLink implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private final HttpClient client;

  /** With this node's key, trusting only the cluster's authority. */
  public NodeLink(SSLContext tls) {
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(tls)
            .connectTimeout(CONNECT)
            .build();
  }

  /** What another server answered. */
  public static final class Answer {
    private final int status;
    private final byte[] body;

    private Answer(int status, byte[] body) {
      this.status = status;
      this.body = body;
    }

    /** The status of HTTP. */
    public int status() {
      return status;
    }

    /** As it came; not copied. */
    public byte[] body() {
      return body;
    }
  }

  /** Sends JSON; the answer, or an {@link IOException}, comes on a thread of the client. */
  public CompletableFuture<Answer> post(Address server, String path, byte[] body, Duration atMost) {
    return send(
        server,
        path,
        atMost,
        () ->
            HttpRequest.newBuilder()
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body)));
  }

  /**
   * Sends JSON, and answers the body; an {@link IOException} that says what came instead if the
   * status is not the {@code expected} one.
   */
  CompletableFuture<byte[]> post(
      int expected, Address server, String path, byte[] body, Duration atMost) {
    return post(server, path, body, atMost)
        .thenApply(answer -> {
          if (answer.status() != expected) {
            throw new CompletionException(
                new IOException(answer.status() + " " + new String(answer.body(), UTF_8)));
          }
          return answer.body();
        });
  }

  /** Asks. */
  public CompletableFuture<Answer> get(Address server, String path, Duration atMost) {
    return send(server, path, atMost, HttpRequest::newBuilder);
  }

  private CompletableFuture<Answer> send(
      Address server, String path, Duration atMost, Supplier<HttpRequest.Builder> request) {
    return client
        .sendAsync(
            request.get().uri(URI.create("https://" + server + path)).timeout(atMost).build(),
            BodyHandlers.ofByteArray())
        .thenApply(NodeLink::answer);
  }

  private static Answer answer(HttpResponse<byte[]> response) {
    return new Answer(response.statusCode(), response.body());
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
