package io.mainstay.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** Reads the files of {@code smuggling/}: their form is described at their top. */
final class Corpus {
  private static final Pattern REPEATED = Pattern.compile("\\{(.+?)\\*(\\d+)}");

  private Corpus() {}

  static List<String> lines(String name) {
    try (InputStream in = Corpus.class.getResourceAsStream("/smuggling/" + name)) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return text.lines().filter(line -> !line.startsWith("#")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String bytes(String written) {
    String text =
        REPEATED
            .matcher(written)
            .replaceAll(found ->
                java.util.regex.Matcher.quoteReplacement(
                    found.group(1).repeat(Integer.parseInt(found.group(2)))));
    StringBuilder bytes = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        bytes.append(c);
        continue;
      }
      char escape = text.charAt(++i);
      switch (escape) {
        case 'r' -> bytes.append('\r');
        case 'n' -> bytes.append('\n');
        case 't' -> bytes.append('\t');
        case 'x' -> {
          bytes.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
          i += 2;
        }
        default -> bytes.append(escape);
      }
    }
    return bytes.toString();
  }
}
