package io.mainstay.model;

import java.util.Optional;

/**
 * Where something listens: a host name or literal address and a port. Shown as {@code host:port}; a
 * literal IPv6 address is shown in brackets.
 *
 * @param host not blank, without brackets
 * @param port 0 to 65535; 0 only where "any free port" makes sense
 */
public record Address(String host, int port) {
  /** Checks the ranges. */
  public Address {
    if (host.isBlank()) {
      throw new IllegalArgumentException("host: blank (expected: a name or an address)");
    }
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
    }
  }

  /** Reads {@code host:port} or {@code [v6]:port}; empty if {@code text} has not that form. */
  public static Optional<Address> parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1 || colon == text.length() - 1 || text.length() - colon > 6) {
      return Optional.empty();
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      return Optional.empty();
    }
    String digits = text.substring(colon + 1);
    if (host.isBlank() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    int port = Integer.parseInt(digits);
    return port > 65535 ? Optional.empty() : Optional.of(new Address(host, port));
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
