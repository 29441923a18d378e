package io.mainstay.model.spec;

import java.util.Optional;

/**
 * One error of a file, with its place.
 *
 * @param file as the user named it
 * @param line from 1; 0 if the file has none
 * @param column from 1; 0 if the file has none
 * @param key path of the key, such as {@code services.shop.checks.ready.every}
 * @param value as written, shortened; secrets are not shown
 * @param expected what would have been right
 * @param nearest the nearest known key or name, for unknown ones
 */
public record SpecProblem(
    String file,
    int line,
    int column,
    String key,
    String value,
    String expected,
    Optional<String> nearest) {
  /** One line: {@code file:line:column: key: value (expected: …; did you mean …?)}. */
  public String describe() {
    return file
        + ":"
        + line
        + ":"
        + column
        + ": "
        + key
        + ": "
        + value
        + " (expected: "
        + expected
        + nearest.map(name -> "; did you mean '" + name + "'?").orElse("")
        + ")";
  }
}
