package io.mainstay.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file that the user named.
 *
 * @param name as the user wrote it
 * @param path absolute
 * @param text what it holds
 */
record SpecFile(String name, Path path, String text) {
  /** Reads it. */
  static SpecFile read(Path file) {
    String name = file.toString();
    try {
      Path path = file.toAbsolutePath().normalize();
      return new SpecFile(name, path, Files.readString(path));
    } catch (NoSuchFileException e) {
      throw new CliFailure(ExitCode.USAGE, name + ": no such file (expected: a mainstay.yaml)");
    } catch (CharacterCodingException e) {
      throw new CliFailure(ExitCode.USAGE, name + ": not UTF-8 (expected: YAML in UTF-8)");
    } catch (IOException e) {
      throw new CliFailure(
          ExitCode.USAGE, name + ": cannot be read: " + e.getMessage() + " (expected: a file)");
    }
  }

  /** Where its relative paths start. */
  Path directory() {
    Path parent = path.getParent();
    return parent == null ? path : parent;
  }
}
