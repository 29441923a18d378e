package io.mainstay.admin;

import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * Who may ask what. A browser on this machine must not be a way in: a page from elsewhere is told
 * by its Origin, a name that was pointed here by its Host, and a form by its Content-Type.
 */
final class Guard {
  private final AdminToken token;
  private final String bindHost;
  private final boolean remote;

  /** For the address that only this machine reaches. */
  Guard(Address bind, AdminToken token) {
    this(bind, token, false);
  }

  /** {@code remote}: for one that others reach too, by TLS. */
  Guard(Address bind, AdminToken token, boolean remote) {
    this.token = token;
    this.bindHost = bind.host().toLowerCase(Locale.ROOT);
    this.remote = remote;
  }

  /** Whether reads need the token as well. */
  boolean isRemote() {
    return remote;
  }

  /** Refuses who is no node of this cluster. */
  void checkNode(Request request) {
    if (request.node().isEmpty()) {
      throw new Problem(
          401,
          "unauthorized",
          "Only for servers of this cluster",
          "client certificate: absent (expected: the certificate of a node of this cluster)");
    }
  }

  /** Refuses what comes from elsewhere; concerns every request. */
  void checkOrigin(Request request) {
    if (request.count("Host") != 1) {
      throw Problem.badRequest(
          "Host: " + request.count("Host") + " of them (expected: exactly one)");
    }
    String host = request.header("Host").orElse("").toLowerCase(Locale.ROOT);
    if (!isOurs(host)) {
      throw Problem.forbidden(
          "Host: " + host + " (expected: " + String.join(", ", ourHosts()) + ")");
    }
    if (request.count("Origin") > 0) {
      String origin = request.header("Origin").orElse("");
      if (!origin.equalsIgnoreCase(scheme() + host)) {
        throw Problem.forbidden(
            "Origin: " + origin + " (expected: " + scheme() + host + ", or none)");
      }
    }
  }

  private SequencedSet<String> ourHosts() {
    return new LinkedHashSet<>(List.of("127.0.0.1", "localhost", "[::1]", bindHost));
  }

  private String scheme() {
    return remote ? "https://" : "http://";
  }

  private boolean isOurs(String hostAndPort) {
    int bracket = hostAndPort.lastIndexOf(']');
    int colon = hostAndPort.indexOf(':', Math.max(bracket, 0));
    String port = colon < 0 ? "80" : hostAndPort.substring(colon + 1);
    String name = colon < 0 ? hostAndPort : hostAndPort.substring(0, colon);
    if (port.isEmpty() || port.length() > 5 || !port.chars().allMatch(Guard::isDigit)) {
      return false;
    }
    return name.equals("localhost")
        || name.equals("[::1]")
        || name.equals(bindHost)
        || name.equals("[" + bindHost + "]")
        || isLoopbackLiteral(name);
  }

  private static boolean isLoopbackLiteral(String name) {
    String[] parts = name.split("\\.", -1);
    if (parts.length != 4 || !parts[0].equals("127")) {
      return false;
    }
    for (String part : parts) {
      if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(Guard::isDigit)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** Refuses who has not the token. */
  void checkToken(Request request) {
    Optional<String> authorization = request.header("Authorization");
    if (request.count("Authorization") == 1
        && authorization.orElse("").regionMatches(true, 0, "Bearer ", 0, 7)
        && token.matches(authorization.orElse("").substring(7).strip())) {
      return;
    }
    String seen = authorization.isEmpty() ? "absent" : "not the token of this server";
    throw new Problem(
            401,
            "unauthorized",
            "Every act needs the token",
            "Authorization: "
                + seen
                + " (expected: Bearer and the content of "
                + AdminToken.FILE
                + " in the data folder)")
        .header("WWW-Authenticate", "Bearer realm=\"mainstay\"");
  }

  /** Refuses bodies of another kind. */
  void checkMediaType(Request request, List<String> accepted) {
    if (!accepted.contains(request.mediaType())) {
      String seen = request.mediaType().isEmpty() ? "absent" : request.mediaType();
      throw new Problem(
              415,
              "unsupported-media-type",
              "The body is of another kind",
              "Content-Type: " + seen + " (expected: " + String.join(" or ", accepted) + ")")
          .header("Accept", String.join(", ", accepted));
    }
  }

  /** Refuses a push whose address was not made for that instance. */
  void checkPushKey(InstanceId instance, String key) {
    if (!token.matchesPushKey(instance, key)) {
      throw Problem.notFound("push address of " + instance + ": unknown key");
    }
  }
}
