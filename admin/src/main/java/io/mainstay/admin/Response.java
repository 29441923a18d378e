package io.mainstay.admin;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** What a handler answers. */
sealed interface Response {
  /** A whole answer. */
  final class Whole implements Response {
    private final int status;
    private final String mediaType;
    private final byte[] body;
    private final SequencedMap<String, String> headers = new LinkedHashMap<>();

    /** The body is not copied. */
    Whole(int status, String mediaType, byte[] body) {
      this.status = status;
      this.mediaType = mediaType;
      this.body = body;
    }

    int status() {
      return status;
    }

    String mediaType() {
      return mediaType;
    }

    byte[] body() {
      return body;
    }

    SequencedMap<String, String> headers() {
      return headers;
    }

    /** Adds a header; answers this. */
    Whole header(String name, String value) {
      headers.put(name, value);
      return this;
    }
  }

  /** A stream of server-sent events; runs until the client or the server goes. */
  record Stream(Events events) implements Response {}

  /** Writes the events of a stream. */
  @FunctionalInterface
  interface Events {
    /** Blocks until the stream ends; a client that has gone is an exception of {@code out}. */
    void write(ServerSentEvents out) throws Exception;
  }

  /** 200 with a JSON body. */
  static Response json(@Nullable Object tree) {
    return json(200, tree);
  }

  /** A JSON body. */
  static Whole json(int status, @Nullable Object tree) {
    return new Whole(status, "application/json", Json.write(tree));
  }

  /** 200 with a text body. */
  static Response text(String mediaType, String text) {
    return new Whole(200, mediaType, text.getBytes(StandardCharsets.UTF_8));
  }

  /** An operation that was accepted, with the place where it can be polled. */
  static Response accepted(String id, @Nullable Object operation) {
    return json(202, operation).header("Location", "/api/v1/operations/" + id);
  }

  /** A problem document. */
  static Whole problem(Problem problem) {
    Whole answer =
        new Whole(problem.status(), "application/problem+json", Json.write(problem.document()));
    problem.headers().forEach(answer::header);
    return answer;
  }
}
