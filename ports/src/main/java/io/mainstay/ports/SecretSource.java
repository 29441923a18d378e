package io.mainstay.ports;

import java.io.IOException;
import java.nio.file.Path;

/** Reads values that must be shown nowhere. Called at each start of an instance; short files. */
@FunctionalInterface
public interface SecretSource {
  /**
   * The content of a file as UTF-8, one trailing line break removed.
   *
   * @throws IOException if it cannot be read or is longer than 1 MiB; the message names the file
   */
  String read(Path file) throws IOException;
}
