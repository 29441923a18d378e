package io.mainstay.model.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A singular query of RFC 9535: it names at most one value of a JSON document, as in {@code
 * $.items[0]['unit price']}. Wildcards, slices, filters and descendants are none.
 *
 * @param parts from the root to the value
 */
public record JsonPath(List<Part> parts) {
  private static final int PARTS_MAX = 64;

  /** Copies the list. */
  public JsonPath {
    parts = List.copyOf(parts);
  }

  /** One step down. */
  public sealed interface Part {
    /** Into an object. */
    record Member(String name) implements Part {}

    /** Into an array; a negative index counts from its end. */
    record Element(int index) implements Part {}
  }

  /** Reads a path; empty if it is none of this kind. */
  public static Optional<JsonPath> parse(String text) {
    if (!text.startsWith("$")) {
      return Optional.empty();
    }
    List<Part> parts = new ArrayList<>();
    int at = 1;
    while (at < text.length()) {
      int end = text.charAt(at) == '.' ? endOfName(text, at + 1) : endOfBracket(text, at);
      if (end < 0 || parts.size() == PARTS_MAX) {
        return Optional.empty();
      }
      Optional<Part> part =
          text.charAt(at) == '.'
              ? Optional.of(new Part.Member(text.substring(at + 1, end)))
              : bracket(text.substring(at + 1, end - 1));
      if (part.isEmpty()) {
        return Optional.empty();
      }
      parts.add(part.get());
      at = end;
    }
    return Optional.of(new JsonPath(parts));
  }

  private static int endOfName(String text, int from) {
    int at = from;
    while (at < text.length() && isOfName(text.charAt(at), at == from)) {
      at++;
    }
    return at == from ? -1 : at;
  }

  private static boolean isOfName(char c, boolean first) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || c == '_'
        || c >= 0x80
        || (!first && c >= '0' && c <= '9');
  }

  /** Where what follows the bracket at {@code at} begins; -1 if it is not closed. */
  private static int endOfBracket(String text, int at) {
    if (text.charAt(at) != '[' || at + 1 >= text.length()) {
      return -1;
    }
    char quote = text.charAt(at + 1);
    if (quote != '\'' && quote != '"') {
      return text.indexOf(']', at) + 1 > 0 ? text.indexOf(']', at) + 1 : -1;
    }
    int i = at + 2;
    while (i < text.length()) {
      if (text.charAt(i) == quote) {
        return i + 1 < text.length() && text.charAt(i + 1) == ']' ? i + 2 : -1;
      }
      i += text.charAt(i) == '\\' ? 2 : 1;
    }
    return -1;
  }

  private static Optional<Part> bracket(String inside) {
    if (inside.startsWith("'") || inside.startsWith("\"")) {
      return unescaped(inside.substring(1, inside.length() - 1)).map(Part.Member::new);
    }
    return inside.matches("0|-?[1-9][0-9]{0,8}")
        ? Optional.of(new Part.Element(Integer.parseInt(inside)))
        : Optional.empty();
  }

  private static Optional<String> unescaped(String text) {
    StringBuilder result = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      i++;
      if (c < 0x20) {
        return Optional.empty();
      }
      if (c != '\\') {
        result.append(c);
        continue;
      }
      char escaped = text.charAt(i);
      i++;
      int known = "bfnrt/\\'\"".indexOf(escaped);
      if (known >= 0) {
        result.append("\b\f\n\r\t/\\'\"".charAt(known));
      } else if (escaped == 'u' && text.substring(i).matches("(?s)[0-9a-fA-F]{4}.*")) {
        result.append((char) Integer.parseInt(text.substring(i, i + 4), 16));
        i += 4;
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(result.toString());
  }
}
