package io.mainstay.spec.yaml;

/**
 * A place in the file.
 *
 * @param line from 1
 * @param column from 1
 */
public record Place(int line, int column) {
  /** The first character. */
  public static final Place START = new Place(1, 1);
}
