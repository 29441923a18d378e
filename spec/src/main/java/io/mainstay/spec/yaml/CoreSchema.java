package io.mainstay.spec.yaml;

import java.util.regex.Pattern;

/** The core schema of YAML 1.2.2, section 10.3: what a plain scalar is. */
final class CoreSchema {
  private static final Pattern NOTHING = Pattern.compile("null|Null|NULL|~|");
  private static final Pattern FLAG = Pattern.compile("true|True|TRUE|false|False|FALSE");
  private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+");
  private static final Pattern DECIMAL =
      Pattern.compile(
          "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?"
              + "|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

  private CoreSchema() {}

  static Value.Kind kind(String text) {
    if (NOTHING.matcher(text).matches()) {
      return Value.Kind.NOTHING;
    }
    if (FLAG.matcher(text).matches()) {
      return Value.Kind.FLAG;
    }
    if (INTEGER.matcher(text).matches()) {
      return Value.Kind.INTEGER;
    }
    return DECIMAL.matcher(text).matches() ? Value.Kind.DECIMAL : Value.Kind.TEXT;
  }
}
