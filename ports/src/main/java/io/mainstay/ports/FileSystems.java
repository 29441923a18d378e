package io.mainstay.ports;

import java.io.IOException;
import java.nio.file.Path;

/** What the file systems of this machine have left. Blocks as long as they do; any thread. */
public interface FileSystems {
  /**
   * What is left where a path lies.
   *
   * @throws java.nio.file.NoSuchFileException if nothing is there
   * @throws IOException if it does not tell
   */
  Left left(Path path) throws IOException;

  /**
   * What a file system has left for those who are not root.
   *
   * @param bytes its size
   * @param freeBytes of them
   * @param inodes how many files it can hold; 0: it has no fixed number
   * @param freeInodes of them
   */
  record Left(long bytes, long freeBytes, long inodes, long freeInodes) {}
}
