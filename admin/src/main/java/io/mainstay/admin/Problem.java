package io.mainstay.admin;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is an error, as a problem document (RFC 9457). Thrown by whoever finds out; the
 * router writes it.
 */
final class Problem extends RuntimeException {
  private final int status;
  private final String type;
  private final String title;
  private final transient SequencedMap<String, @Nullable Object> members = new LinkedHashMap<>();
  private final transient SequencedMap<String, String> headers = new LinkedHashMap<>();

  /**
   * An error.
   *
   * @param status of the HTTP answer
   * @param type a short kebab-case name that never changes, for programs
   * @param title the same for every error of the type
   * @param detail what, where, which value, and what was expected
   */
  Problem(int status, String type, String title, String detail) {
    super(detail, null, false, false);
    this.status = status;
    this.type = type;
    this.title = title;
  }

  static Problem badRequest(String detail) {
    return new Problem(400, "bad-request", "The request makes no sense", detail);
  }

  static Problem notFound(String detail) {
    return new Problem(404, "not-found", "There is no such thing", detail);
  }

  static Problem forbidden(String detail) {
    return new Problem(403, "forbidden", "The request comes from elsewhere", detail);
  }

  static Problem unavailable(String detail) {
    return new Problem(503, "unavailable", "Not now", detail).header("Retry-After", "1");
  }

  /** Adds a member to the document; answers this. */
  Problem with(String name, @Nullable Object value) {
    members.put(name, value);
    return this;
  }

  /** Adds a header to the answer; answers this. */
  Problem header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  int status() {
    return status;
  }

  SequencedMap<String, String> headers() {
    return headers;
  }

  /** The document. */
  SequencedMap<String, @Nullable Object> document() {
    SequencedMap<String, @Nullable Object> document =
        Json.object(
            "type",
            "urn:mainstay:problem:" + type,
            "title",
            title,
            "status",
            status,
            "detail",
            getMessage());
    document.putAll(members);
    return document;
  }
}
