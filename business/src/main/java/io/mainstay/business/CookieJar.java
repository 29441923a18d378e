package io.mainstay.business;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The cookies of one run, as RFC 6265 §5 keeps them: by domain, path and name, whatever the port.
 * At most 200 of them. Used by one thread at a time.
 */
final class CookieJar {
  private static final int MOST = 200;

  private final List<Cookie> cookies = new ArrayList<>();

  private record Cookie(
      String name, String value, String domain, boolean exactHost, String path, boolean secure) {
    boolean replaces(Cookie other) {
      return name.equals(other.name) && domain.equals(other.domain) && path.equals(other.path);
    }

    boolean goesTo(String host, String asked, boolean tls) {
      return (exactHost ? host.equals(domain) : belongs(host, domain))
          && (asked.equals(path)
              || (asked.startsWith(path)
                  && (path.endsWith("/") || asked.charAt(path.length()) == '/')))
          && (tls || !secure);
    }
  }

  /**
   * Keeps what an answer sets.
   *
   * @param line the value of {@code Set-Cookie}
   * @param host that was asked, with or without port
   * @param target that was asked
   */
  synchronized void set(String line, String host, String target, Instant now) {
    String[] parts = line.split(";", -1);
    int equals = parts[0].indexOf('=');
    if (equals < 1) {
      return;
    }
    Map<String, String> attributes = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int is = parts[i].indexOf('=');
      String name = (is < 0 ? parts[i] : parts[i].substring(0, is)).strip();
      attributes.put(
          name.toLowerCase(Locale.ROOT), is < 0 ? "" : parts[i].substring(is + 1).strip());
    }
    String own = withoutPort(host);
    String domain = attributes.getOrDefault("domain", "").toLowerCase(Locale.ROOT);
    domain = domain.startsWith(".") ? domain.substring(1) : domain;
    if (!domain.isEmpty() && !belongs(own, domain)) {
      return;
    }
    String path = attributes.getOrDefault("path", "");
    Cookie cookie =
        new Cookie(
            parts[0].substring(0, equals).strip(),
            parts[0].substring(equals + 1).strip(),
            domain.isEmpty() ? own : domain,
            domain.isEmpty(),
            path.startsWith("/") ? path : defaultPath(target),
            attributes.containsKey("secure"));
    cookies.removeIf(cookie::replaces);
    if (!isOver(attributes, now) && cookies.size() < MOST) {
      cookies.add(cookie);
    }
  }

  /** The value of {@code Cookie} for a request; empty if there is none to send. */
  synchronized Optional<String> header(String host, String target, boolean tls) {
    String path = path(target);
    String own = withoutPort(host);
    List<String> pairs =
        cookies.stream()
            .filter(cookie -> cookie.goesTo(own, path, tls))
            .sorted((a, b) -> Integer.compare(b.path().length(), a.path().length()))
            .map(cookie -> cookie.name() + "=" + cookie.value())
            .toList();
    return pairs.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", pairs));
  }

  private static boolean belongs(String host, String domain) {
    // No address ends in a domain; only names have parts.
    return host.equals(domain)
        || (host.endsWith("." + domain) && !host.matches("[0-9.]+") && host.indexOf(':') < 0);
  }

  private static boolean isOver(Map<String, String> attributes, Instant now) {
    String age = attributes.get("max-age");
    if (age != null && age.matches("-?[0-9]+")) {
      return age.startsWith("-") || age.matches("0+");
    }
    String expires = attributes.get("expires");
    try {
      return expires != null
          && ZonedDateTime.parse(expires.replace('-', ' '), DateTimeFormatter.RFC_1123_DATE_TIME)
              .toInstant()
              .isBefore(now);
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static String withoutPort(String host) {
    String name = host.replaceFirst(":[0-9]*$", "");
    return (name.startsWith("[") && name.endsWith("]")
            ? name.substring(1, name.length() - 1)
            : name)
        .toLowerCase(Locale.ROOT);
  }

  private static String path(String target) {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  private static String defaultPath(String target) {
    String path = path(target);
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }
}
