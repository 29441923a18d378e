package io.mainstay.cli;

import java.util.Locale;
import java.util.Optional;

/** A flat JSON object, as a body of an act. One thread. */
final class Body {
  private final StringBuilder fields = new StringBuilder();

  private Body field(String name, String json) {
    fields.append(fields.isEmpty() ? "" : ",").append(quote(name)).append(':').append(json);
    return this;
  }

  Body text(String name, String value) {
    return field(name, quote(value));
  }

  Body optional(String name, Optional<String> value) {
    return value.isPresent() ? text(name, value.get()) : field(name, "null");
  }

  Body number(String name, int value) {
    return field(name, Integer.toString(value));
  }

  Body flag(String name, boolean value) {
    return field(name, Boolean.toString(value));
  }

  /** A value that is JSON already. */
  Body raw(String name, String json) {
    return field(name, json);
  }

  String json() {
    return "{" + fields + "}";
  }

  private static String quote(String text) {
    StringBuilder json = new StringBuilder("\"");
    text.chars()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            json.append('\\').append((char) c);
          } else if (c < 0x20) {
            json.append(String.format(Locale.ROOT, "\\u%04x", c));
          } else {
            json.append((char) c);
          }
        });
    return json.append('"').toString();
  }
}
