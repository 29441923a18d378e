package io.mainstay.journal;

import java.nio.file.Path;

/** What a journal has to tell whoever keeps an eye on the disk. Each fact is told once. */
public sealed interface JournalReport {
  /**
   * Writing fails; from now on events are kept in memory only.
   *
   * @param reason what the system says, such as {@code No space left on device}
   */
  record WriteFailed(String reason) implements JournalReport {}

  /**
   * Writing works again, and what memory still held has been written.
   *
   * @param lost events that memory could not hold
   */
  record WriteRecovered(long lost) implements JournalReport {}

  /**
   * Something in a file is damaged; the rest of it is used.
   *
   * @param file the file
   * @param reason what is wrong with it
   */
  record Damaged(Path file, String reason) implements JournalReport {}

  /**
   * Something on the disk is damaged and was set aside.
   *
   * @param file where it is now
   * @param reason what is wrong with it
   */
  record SetAside(Path file, String reason) implements JournalReport {}
}
