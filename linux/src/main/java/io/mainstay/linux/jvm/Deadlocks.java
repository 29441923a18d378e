package io.mainstay.linux.jvm;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a thread dump of HotSpot says at its end about threads that wait for each other. */
final class Deadlocks {
  private static final Pattern THREAD = Pattern.compile("\"(.{0,200}?)\":");
  private static final int SHOWN = 4;

  private Deadlocks() {}

  /** Each deadlock as the names of its threads, such as {@code "a", "b"}. */
  static List<String> in(List<String> dump) {
    List<String> found = new ArrayList<>();
    List<String> threads = new ArrayList<>();
    boolean listed = false;
    for (String line : dump) {
      if (line.startsWith("Found one Java-level deadlock:")) {
        add(found, threads);
        listed = true;
      } else if (line.startsWith("Java stack information for the threads listed above")) {
        listed = false;
      } else if (listed) {
        Matcher thread = THREAD.matcher(line);
        if (thread.matches()) {
          threads.add('"' + thread.group(1) + '"');
        }
      }
    }
    add(found, threads);
    return found;
  }

  private static void add(List<String> found, List<String> threads) {
    if (!threads.isEmpty()) {
      String shown = String.join(", ", threads.subList(0, Math.min(SHOWN, threads.size())));
      found.add(
          threads.size() > SHOWN ? shown + " and " + (threads.size() - SHOWN) + " more" : shown);
      threads.clear();
    }
  }
}
