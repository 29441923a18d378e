package io.mainstay.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Spoils a text a little. */
final class Mutation {
  private static final List<String> PIECES =
      List.of(
          "",
          " ",
          "\n",
          ":",
          ": ",
          "- ",
          "[",
          "]",
          "{",
          "}",
          "\"",
          "'",
          "#",
          "&a ",
          "*a",
          "<<: *a",
          "!t ",
          "|",
          ">",
          "%",
          "@",
          "\t",
          "0",
          "-1",
          "99999999999999999999",
          "1e999",
          ".nan",
          "~",
          "null",
          "true",
          "10s",
          "20%",
          "512MiB",
          "${",
          "${X}",
          "\\",
          "\u0000",
          "\uD83D",
          "é",
          "---\n",
          "...",
          "? ",
          "run: ",
          "services:",
          "0x10",
          "a: b",
          "\"\\x00\"");

  private Mutation() {}

  static String of(String text, Random random) {
    StringBuilder result = new StringBuilder(text);
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times; i++) {
      switch (random.nextInt(6)) {
        case 0 -> delete(result, random, 1 + random.nextInt(4));
        case 1 -> insert(result, random);
        case 2 -> moveLine(result, random, false);
        case 3 -> moveLine(result, random, true);
        case 4 -> replaceWord(result, random);
        default -> {
          delete(result, random, 1);
          insert(result, random);
        }
      }
    }
    return result.toString();
  }

  private static void delete(StringBuilder text, Random random, int length) {
    if (!text.isEmpty()) {
      int at = random.nextInt(text.length());
      text.delete(at, Math.min(text.length(), at + length));
    }
  }

  private static void insert(StringBuilder text, Random random) {
    text.insert(random.nextInt(text.length() + 1), PIECES.get(random.nextInt(PIECES.size())));
  }

  private static void moveLine(StringBuilder text, Random random, boolean keep) {
    List<String> lines = new ArrayList<>(List.of(text.toString().split("\n", -1)));
    int from = random.nextInt(lines.size());
    String line = keep ? lines.get(from) : lines.remove(from);
    lines.add(random.nextInt(lines.size() + 1), line);
    text.setLength(0);
    text.append(String.join("\n", lines));
  }

  private static void replaceWord(StringBuilder text, Random random) {
    if (text.isEmpty()) {
      return;
    }
    int from = random.nextInt(text.length());
    int to = from;
    while (to < text.length() && Character.isLetterOrDigit(text.charAt(to))) {
      to++;
    }
    text.replace(from, to, PIECES.get(random.nextInt(PIECES.size())));
  }
}
