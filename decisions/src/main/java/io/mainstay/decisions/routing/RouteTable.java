package io.mainstay.decisions.routing;

import io.mainstay.model.spec.ListenerSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one listener, compiled for matching on the bytes of a request head without
 * allocation. Immutable; any thread.
 *
 * <p>The first route whose conditions all hold wins. What is compared:
 *
 * <ul>
 *   <li>host: the {@code Host} value without port and without one trailing dot, ASCII
 *       case-insensitive; {@code [::1]:80} is compared as {@code ::1} and as {@code [::1]}
 *   <li>path: the raw bytes up to the first {@code ?}, case-sensitive. Nothing is decoded, merged
 *       or resolved: {@code /api/../x} matches {@code /api/*}, and {@code /%61pi} does not. The
 *       target goes to the instance as it came, so routes choose a service; they do not guard one
 *   <li>{@code /api/*} matches {@code /api}, {@code /api/} and everything below, but not {@code
 *       /apis}; {@code /*} matches every path. {@code OPTIONS *} matches only routes without a path
 *   <li>method: exact; HEAD does not match GET
 *   <li>headers: name case-insensitive, value exact, asked of the caller
 * </ul>
 */
public final class RouteTable {
  private final Rule[] rules;
  private final ListenerSpec.@Nullable Route only;

  private RouteTable(Rule[] rules) {
    this.rules = rules;
    this.only = rules.length > 0 && rules[0].isUnconditional() ? rules[0].route : null;
  }

  /** Compiles the routes of a listener. */
  public static RouteTable compile(ListenerSpec listener) {
    List<Rule> rules = new ArrayList<>();
    for (ListenerSpec.Route route : listener.routes()) {
      rules.add(new Rule(route));
    }
    return new RouteTable(rules.toArray(Rule[]::new));
  }

  /**
   * Looks at the headers of the request being matched. Called only when a route has such a
   * condition.
   */
  @FunctionalInterface
  public interface Headers {
    /**
     * Whether the request has exactly this header.
     *
     * @param name lower case, ASCII; not to be changed
     * @param value the whole value without surrounding white space; not to be changed
     */
    boolean has(byte[] name, byte[] value);
  }

  /**
   * The first matching route, or null. All ranges lie in {@code head}; an empty host range means
   * that there was no host.
   */
  public ListenerSpec.@Nullable Route match(
      byte[] head,
      int hostStart,
      int hostEnd,
      int targetStart,
      int targetEnd,
      int methodStart,
      int methodEnd,
      Headers headers) {
    if (only != null) {
      return only;
    }
    int start = hostStart;
    int end = hostEndWithoutPort(head, hostStart, hostEnd);
    if (end - start >= 2 && head[start] == '[' && head[end - 1] == ']') {
      start++;
      end--;
    }
    int pathEnd = pathEnd(head, targetStart, targetEnd);
    for (Rule rule : rules) {
      if (rule.matchesHost(head, start, end)
          && rule.matchesPath(head, targetStart, pathEnd)
          && rule.matchesMethod(head, methodStart, methodEnd)
          && rule.matchesHeaders(headers)) {
        return rule.route;
      }
    }
    return null;
  }

  /**
   * The same for callers that hold text: the simulator and tests.
   *
   * @param host as in the {@code Host} header; empty if there was none
   * @param target raw, with or without a query
   * @param header value of a header by its lower-case name, null if absent
   */
  public ListenerSpec.@Nullable Route match(
      String host, String target, String method, Function<String, @Nullable String> header) {
    byte[] head = (host + target + method).getBytes(StandardCharsets.ISO_8859_1);
    int targetStart = host.length();
    int methodStart = targetStart + target.length();
    return match(
        head,
        0,
        targetStart,
        targetStart,
        methodStart,
        methodStart,
        head.length,
        (name, value) -> {
          String found = header.apply(new String(name, StandardCharsets.ISO_8859_1));
          return found != null && found.equals(new String(value, StandardCharsets.ISO_8859_1));
        });
  }

  private static int hostEndWithoutPort(byte[] head, int start, int end) {
    int last = end;
    for (int i = end - 1; i >= start; i--) {
      byte b = head[i];
      if (b == ':') {
        last = i;
        break;
      }
      if (b < '0' || b > '9') {
        break;
      }
    }
    return last > start + 1 && head[last - 1] == '.' ? last - 1 : last;
  }

  private static int pathEnd(byte[] head, int start, int end) {
    for (int i = start; i < end; i++) {
      if (head[i] == '?') {
        return i;
      }
    }
    return end;
  }

  private static final class Rule {
    final ListenerSpec.Route route;
    private final byte @Nullable [] host;
    private final byte @Nullable [] path;
    private final boolean prefix;
    private final byte[][] methods;
    private final byte[][] headerNames;
    private final byte[][] headerValues;

    Rule(ListenerSpec.Route route) {
      this.route = route;
      this.host = route.host().map(Rule::hostBytes).orElse(null);
      String pattern = route.path().orElse("");
      this.prefix = pattern.endsWith("/*");
      this.path =
          route.path().isEmpty()
              ? null
              : bytes(prefix ? pattern.substring(0, pattern.length() - 2) : pattern);
      this.methods = route.methods().stream().map(Rule::bytes).toArray(byte[][]::new);
      this.headerNames = route.headers().keySet().stream().map(Rule::bytes).toArray(byte[][]::new);
      this.headerValues = route.headers().values().stream().map(Rule::bytes).toArray(byte[][]::new);
    }

    private static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] hostBytes(String text) {
      boolean bracketed = text.startsWith("[") && text.endsWith("]");
      return bytes(bracketed ? text.substring(1, text.length() - 1) : text);
    }

    boolean isUnconditional() {
      return host == null && path == null && methods.length == 0 && headerNames.length == 0;
    }

    boolean matchesHost(byte[] head, int start, int end) {
      if (host == null) {
        return true;
      }
      if (end - start != host.length) {
        return false;
      }
      for (int i = 0; i < host.length; i++) {
        if (lower(head[start + i]) != lower(host[i])) {
          return false;
        }
      }
      return true;
    }

    boolean matchesPath(byte[] head, int start, int end) {
      if (path == null) {
        return true;
      }
      int length = end - start;
      if (length < path.length || length == 0 || head[start] != '/') {
        return false;
      }
      for (int i = 0; i < path.length; i++) {
        if (head[start + i] != path[i]) {
          return false;
        }
      }
      return length == path.length || (prefix && head[start + path.length] == '/');
    }

    boolean matchesMethod(byte[] head, int start, int end) {
      if (methods.length == 0) {
        return true;
      }
      for (byte[] method : methods) {
        if (Arrays.equals(method, 0, method.length, head, start, end)) {
          return true;
        }
      }
      return false;
    }

    boolean matchesHeaders(Headers headers) {
      for (int i = 0; i < headerNames.length; i++) {
        if (!headers.has(headerNames[i], headerValues[i])) {
          return false;
        }
      }
      return true;
    }

    private static int lower(byte b) {
      return b >= 'A' && b <= 'Z' ? b + 32 : b;
    }
  }
}
