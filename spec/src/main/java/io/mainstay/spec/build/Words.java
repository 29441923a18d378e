package io.mainstay.spec.build;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Splits a command into words as a POSIX shell would (single and double quotes, backslash), without
 * anything else that a shell does. What stands in {@code ${…}} stays together; it is filled in
 * after the split, so that one argument stays one.
 */
final class Words {
  private static final Set<String> OPERATORS =
      Set.of("|", "||", "&", "&&", ";", ">", ">>", "<", "<<", "2>", "2>&1", "&>");

  private final String text;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;
  private boolean quoted;
  private int at;

  private Words(String text) {
    this.text = text;
  }

  /** What came of a split. */
  sealed interface Outcome {
    /** The words; at least one. */
    record Split(List<String> words) implements Outcome {}

    /** It cannot be split. */
    record Bad(String expected) implements Outcome {}
  }

  static Outcome split(String text) {
    return new Words(text).run();
  }

  private Outcome run() {
    while (at < text.length()) {
      Optional<String> bad = step(text.charAt(at));
      if (bad.isPresent()) {
        return new Outcome.Bad(bad.get());
      }
    }
    Optional<String> bad = endWord();
    if (bad.isPresent()) {
      return new Outcome.Bad(bad.get());
    }
    return words.isEmpty() || words.getFirst().isEmpty()
        ? new Outcome.Bad("a command")
        : new Outcome.Split(List.copyOf(words));
  }

  /** Takes in what begins with {@code c}; what was expected if that is not well formed. */
  private Optional<String> step(char c) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      at++;
      return endWord();
    }
    if (text.startsWith("\\\n", at)) {
      at += 2;
      return Optional.empty();
    }
    inWord = true;
    return switch (c) {
      case '\'' -> singleQuoted();
      case '"' -> doubleQuoted();
      case '\\' -> backslash();
      case '$' -> {
        dollar();
        yield Optional.empty();
      }
      default -> {
        word.append(c);
        at++;
        yield Optional.empty();
      }
    };
  }

  private Optional<String> singleQuoted() {
    int end = text.indexOf('\'', at + 1);
    if (end < 0) {
      return Optional.of("a closing '");
    }
    word.append(text, at + 1, end);
    quoted = true;
    at = end + 1;
    return Optional.empty();
  }

  private Optional<String> doubleQuoted() {
    quoted = true;
    at++;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return Optional.empty();
      }
      if (c == '\\' && at + 1 < text.length() && "\"\\$`\n".indexOf(text.charAt(at + 1)) >= 0) {
        escaped(text.charAt(at + 1));
      } else if (c == '$') {
        dollar();
      } else {
        word.append(c);
        at++;
      }
    }
    return Optional.of("a closing \"");
  }

  private Optional<String> backslash() {
    if (at + 1 >= text.length()) {
      return Optional.of("a character after \\");
    }
    quoted = true;
    escaped(text.charAt(at + 1));
    return Optional.empty();
  }

  /** A line break goes; a dollar sign before a brace stays literal through the expansion. */
  private void escaped(char c) {
    at += 2;
    if (c == '$' && at < text.length() && text.charAt(at) == '{') {
      word.append("$$");
    } else if (c != '\n') {
      word.append(c);
    }
  }

  /** Keeps a reference with all that its default holds in one word. */
  private void dollar() {
    int end = at + 1;
    if (text.startsWith("${", at) && (at == 0 || text.charAt(at - 1) != '$')) {
      int open = 0;
      for (int i = at; i < text.length(); i++) {
        if (text.startsWith("${", i)) {
          open++;
        } else if (text.charAt(i) == '}') {
          open--;
          if (open == 0) {
            end = i + 1;
            break;
          }
        }
      }
    }
    word.append(text, at, end);
    at = end;
  }

  private Optional<String> endWord() {
    if (!inWord) {
      return Optional.empty();
    }
    String done = word.toString();
    word.setLength(0);
    inWord = false;
    boolean plain = !quoted;
    quoted = false;
    words.add(done);
    return plain && OPERATORS.contains(done)
        ? Optional.of(
            "a command without shell operators (quote " + done + ", or run: [sh, -c, \"…\"])")
        : Optional.empty();
  }
}
