package io.mainstay.business;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What {@code ${NAME}} stands for in one run: first what steps captured, then the variables of the
 * service.
 */
final class Names {
  private final ServiceEnvironment environment;
  private final Map<String, String> captured = new ConcurrentHashMap<>();

  Names(ServiceEnvironment environment) {
    this.environment = environment;
  }

  /** Later steps may use them. */
  void capture(Map<String, String> values) {
    captured.putAll(values);
  }

  ServiceEnvironment environment() {
    return environment;
  }

  /** The text with all names filled in. */
  String expand(String text) throws StepFailure, InterruptedException {
    return Expanding.expand(text, this::value);
  }

  /** The words, each filled in; one argument stays one. */
  List<String> expand(List<String> words) throws StepFailure, InterruptedException {
    List<String> expanded = new ArrayList<>();
    for (String word : words) {
      expanded.add(expand(word));
    }
    return expanded;
  }

  /** The target of a request; what may not stand in one is percent-encoded in values. */
  String target(String text) throws StepFailure, InterruptedException {
    return Expanding.expand(text, name -> value(name).map(Names::percentEncoded));
  }

  /** A line of a head: no value may begin another one. */
  String line(String name, String text) throws StepFailure, InterruptedException {
    String value = expand(text);
    if (value.chars().anyMatch(c -> c < ' ' && c != '\t')) {
      throw StepFailure.unknown("the value for the header " + name + " has a line break in it");
    }
    return value;
  }

  /** A JSON document: values inside of its texts are escaped, others are taken as they are. */
  String json(String text) throws StepFailure, InterruptedException {
    // Marks stand for values until it is known where they came to stand.
    char mark = '\uE000';
    while (text.indexOf(mark) >= 0) {
      mark++;
    }
    List<String> values = new ArrayList<>();
    char used = mark;
    String marked =
        Expanding.expand(
            text,
            name -> {
              Optional<String> value = value(name);
              if (value.isEmpty() || value.get().isEmpty()) {
                return value;
              }
              values.add(value.get());
              return Optional.of("" + used + (values.size() - 1) + used);
            });
    return withValues(marked, mark, values);
  }

  private static String withValues(String text, char mark, List<String> values) {
    StringBuilder result = new StringBuilder();
    boolean inText = false;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == mark) {
        int end = text.indexOf(mark, at + 1);
        String value = values.get(Integer.parseInt(text.substring(at + 1, end)));
        result.append(inText ? escaped(value) : value);
        at = end;
      } else if (c == '\\' && inText && at + 1 < text.length()) {
        result.append(c).append(text.charAt(at + 1));
        at++;
      } else {
        inText = inText != (c == '"');
        result.append(c);
      }
      at++;
    }
    return result.toString();
  }

  private static String escaped(String value) {
    StringBuilder result = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        result.append('\\').append(c);
      } else if (c < ' ') {
        result.append(String.format("\\u%04x", (int) c));
      } else {
        result.append(c);
      }
    }
    return result.toString();
  }

  private static String percentEncoded(String value) {
    StringBuilder result = new StringBuilder();
    for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (c > ' ' && c < 0x7f && "\"#<>\\^`{|}".indexOf(c) < 0) {
        result.append(c);
      } else {
        result.append(String.format("%%%02X", (int) c));
      }
    }
    return result.toString();
  }

  private Optional<String> value(String name) throws StepFailure, InterruptedException {
    String value = captured.get(name);
    return value == null ? environment.value(name) : Optional.of(value);
  }
}
