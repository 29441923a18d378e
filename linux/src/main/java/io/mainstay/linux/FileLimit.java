package io.mainstay.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** The limit of open files that this process may give to others. */
final class FileLimit {
  private static final String NAME = "Max open files";

  private FileLimit() {}

  /** What can be given of what is wanted; adds the reason if that is less. */
  static OptionalLong within(OptionalLong wanted, List<String> notEnforced) {
    OptionalLong hard = own(1);
    if (wanted.isEmpty() || hard.isEmpty() || wanted.getAsLong() <= hard.getAsLong()) {
      return wanted;
    }
    notEnforced.add(
        "files: "
            + wanted.getAsLong()
            + " wanted, but Mainstay's own hard limit is "
            + hard.getAsLong());
    return hard;
  }

  /** Our own soft (0) or hard (1) limit; empty if there is none. */
  static OptionalLong own(int column) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
        if (line.startsWith(NAME)) {
          String value = line.substring(NAME.length()).strip().split("\\s+", -1)[column];
          return value.equals("unlimited")
              ? OptionalLong.empty()
              : OptionalLong.of(Long.parseLong(value));
        }
      }
    } catch (IOException e) {
      return OptionalLong.empty(); // no /proc: then the shell will say what it thinks of the limit
    }
    return OptionalLong.empty();
  }
}
