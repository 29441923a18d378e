package io.mainstay.linux;

import io.mainstay.model.state.NodeCapacity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What this machine offers to instances. */
public final class MachineCapacity {
  /** What the system and Mainstay itself are left. */
  private static final double SHARE = 0.9;

  /** More processes than that are another kind of machine. */
  private static final int INSTANCES = 250;

  private static final Pattern TOTAL = Pattern.compile("(?m)^MemTotal:\\s+(\\d+) kB$");

  private MachineCapacity() {}

  /** Reads it; memory counts as unlimited where the kernel does not tell. */
  public static NodeCapacity read() {
    return new NodeCapacity(Runtime.getRuntime().availableProcessors(), memory(), INSTANCES);
  }

  private static long memory() {
    try {
      Matcher total = TOTAL.matcher(Files.readString(Path.of("/proc/meminfo")));
      return total.find() ? (long) (SHARE * 1024 * Long.parseLong(total.group(1))) : Long.MAX_VALUE;
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }
}
