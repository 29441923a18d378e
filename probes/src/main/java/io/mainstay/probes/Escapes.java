package io.mainstay.probes;

import java.io.ByteArrayOutputStream;

/**
 * Bytes out of text in which a backslash begins an escape: {@code \r \n \t \0 \\} and {@code \xHH}.
 * YAML resolves them itself between double quotes; this is for plain and single-quoted text. What
 * is no escape stays as written.
 */
final class Escapes {
  private Escapes() {}

  /** The bytes; characters above 255 become question marks. */
  static byte[] bytes(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      int escaped = c == '\\' && at + 1 < text.length() ? simple(text.charAt(at + 1)) : -1;
      if (escaped >= 0) {
        out.write(escaped);
        at += 2;
      } else if (text.startsWith("\\x", at) && hex(text, at + 2) >= 0) {
        out.write(hex(text, at + 2));
        at += 4;
      } else {
        out.write(c < 256 ? c : '?');
        at++;
      }
    }
    return out.toByteArray();
  }

  private static int simple(char letter) {
    return switch (letter) {
      case 'r' -> '\r';
      case 'n' -> '\n';
      case 't' -> '\t';
      case '0' -> 0;
      case '\\' -> '\\';
      default -> -1;
    };
  }

  private static int hex(String text, int at) {
    if (at + 2 > text.length()) {
      return -1;
    }
    int high = Character.digit(text.charAt(at), 16);
    int low = Character.digit(text.charAt(at + 1), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }
}
