package io.mainstay.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import io.mainstay.model.Actor;
import io.mainstay.model.NodeName;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** One request: its parts, checked as they are asked for. One thread. */
final class Request {
  /** Who acts, as the command line says it; without it {@code operator:api}. */
  static final String OPERATOR_HEADER = "X-Mainstay-Operator";

  private static final Pattern OPERATOR = Pattern.compile("[A-Za-z0-9._@-]{1,64}");
  private final HttpExchange exchange;
  private final Limits limits;
  private final SequencedMap<String, String> query;
  private SequencedMap<String, String> parameters = new LinkedHashMap<>();

  Request(HttpExchange exchange, Limits limits) {
    this.exchange = exchange;
    this.limits = limits;
    this.query = parse(exchange.getRequestURI().getRawQuery());
  }

  private static SequencedMap<String, String> parse(@Nullable String raw) {
    SequencedMap<String, String> query = new LinkedHashMap<>();
    if (raw == null || raw.isEmpty()) {
      return query;
    }
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      if (query.putIfAbsent(name, equals < 0 ? "" : decode(pair.substring(equals + 1))) != null) {
        throw Problem.badRequest("query: '" + name + "' twice (expected: once)");
      }
    }
    return query;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("query: '" + text + "' (expected: %XX with two hex digits)");
    }
  }

  String method() {
    return exchange.getRequestMethod();
  }

  /** The path as sent, not decoded: no name in it needs an escape. */
  String path() {
    return exchange.getRequestURI().getRawPath();
  }

  void parameters(SequencedMap<String, String> values) {
    parameters = values;
  }

  /** A part of the path by its name in the pattern. */
  String parameter(String name) {
    String value = parameters.get(name);
    if (value == null) {
      throw new IllegalStateException("no parameter " + name + " in the pattern");
    }
    return value;
  }

  /** Refuses query parameters that are not known. */
  void allowQuery(List<String> names) {
    for (String name : query.keySet()) {
      if (!names.contains(name)) {
        throw Problem.badRequest(
            "query: '" + name + "' (expected: " + (names.isEmpty() ? "none" : names) + ")");
      }
    }
  }

  /** Whether a query parameter was sent, be it empty. */
  boolean has(String name) {
    return query.containsKey(name);
  }

  /** A query parameter; an empty one counts as absent. */
  Optional<String> query(String name) {
    return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
  }

  /** A number in the query. */
  int query(String name, int fallback, int min, int max) {
    Optional<String> text = query(name);
    if (text.isEmpty()) {
      return fallback;
    }
    try {
      int value = Integer.parseInt(text.get());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number out of range.
    }
    throw Problem.badRequest(
        "query: " + name + "=" + text.get() + " (expected: " + min + " to " + max + ")");
  }

  /** A switch in the query: {@code true}, {@code false}, or the bare name for true. */
  boolean flag(String name) {
    String text = query.get(name);
    if (text == null) {
      return false;
    }
    return switch (text) {
      case "", "true", "1" -> true;
      case "false", "0" -> false;
      default ->
          throw Problem.badRequest("query: " + name + "=" + text + " (expected: true or false)");
    };
  }

  /** A header; empty if it is absent. */
  Optional<String> header(String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  /** How often a header was sent. */
  int count(String header) {
    List<String> values = exchange.getRequestHeaders().get(header);
    return values == null ? 0 : values.size();
  }

  /** The media type of the body without parameters, lower case; empty if none was said. */
  String mediaType() {
    String text = header("Content-Type").orElse("");
    int semicolon = text.indexOf(';');
    return (semicolon < 0 ? text : text.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
  }

  /**
   * Which node of the cluster asks: the name in the certificate that it showed. The handshake has
   * checked that the cluster's authority signed it.
   */
  Optional<NodeName> node() {
    if (!(exchange instanceof HttpsExchange secure)) {
      return Optional.empty();
    }
    try {
      LdapName name = new LdapName(secure.getSSLSession().getPeerPrincipal().getName());
      return name.getRdns().stream()
          .filter(part -> part.getType().equalsIgnoreCase("CN"))
          .map(part -> new NodeName(String.valueOf(part.getValue())))
          .findFirst();
    } catch (SSLPeerUnverifiedException | InvalidNameException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Who acts. */
  Actor actor() {
    return Actor.operator(
        header(OPERATOR_HEADER).filter(name -> OPERATOR.matcher(name).matches()).orElse("api"));
  }

  /**
   * The whole body.
   *
   * @param limit in bytes
   * @throws Problem 413, if it is longer
   */
  byte[] body(int limit) throws IOException {
    try (Limits.Watch _ = limits.watch()) {
      byte[] bytes = exchange.getRequestBody().readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw new Problem(
            413, "too-large", "The body is too large", "body: more than " + limit + " bytes");
      }
      return bytes;
    }
  }
}
