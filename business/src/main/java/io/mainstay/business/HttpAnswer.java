package io.mainstay.business;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An answer to a request.
 *
 * @param status of the final answer
 * @param headers in order
 * @param text of the body, at most {@link #MOST} bytes of it
 * @param shortened whether the body has more
 */
record HttpAnswer(int status, List<Header> headers, String text, boolean shortened) {
  /** Bytes of a body that are looked at. */
  static final int MOST = 1 << 20;

  private static final Pattern CHARSET =
      Pattern.compile("charset\\s*=\\s*\"?([^\\s;\"]+)", Pattern.CASE_INSENSITIVE);

  /** One field. */
  record Header(String name, String value) {}

  /** All values of a header, in order. */
  List<String> all(String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .toList();
  }

  /** The first value of a header. */
  Optional<String> first(String name) {
    return first(headers, name);
  }

  /** The first value of a header among those. */
  static Optional<String> first(List<Header> headers, String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .findFirst();
  }

  /**
   * How the text of the body is coded, as its type says; UTF-8 if it does not, or none knows it.
   */
  static Charset charset(List<Header> headers) {
    Matcher matcher = CHARSET.matcher(first(headers, "content-type").orElse(""));
    try {
      return matcher.find()
          ? Charset.forName(matcher.group(1).toLowerCase(Locale.ROOT))
          : StandardCharsets.UTF_8;
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return StandardCharsets.UTF_8;
    }
  }
}
