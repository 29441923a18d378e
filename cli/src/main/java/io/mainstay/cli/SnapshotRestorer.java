package io.mainstay.cli;

import java.io.IOException;
import java.nio.file.Path;

/** Begins again with what was saved; whoever wires the program provides it. */
@FunctionalInterface
public interface SnapshotRestorer {
  /**
   * Makes the first state of a data folder.
   *
   * @param file that {@code mainstay snapshot save} wrote
   * @param data absolute; of a server that does not run and has no state yet
   * @return one line that says what was restored
   * @throws IOException if it may not be; the message says why, and what was expected
   */
  String restore(Path file, Path data) throws IOException;
}
