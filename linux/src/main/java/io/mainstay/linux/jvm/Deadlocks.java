package io.mainstay.linux.jvm;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a thread dump of HotSpot says at its end about threads that wait for each other, read line
 * by line. One thread.
 */
final class Deadlocks {
  private static final Pattern THREAD = Pattern.compile("\"(.{0,200}?)\":");
  private static final int SHOWN = 4;
  private static final int MOST = 20;

  private final List<List<String>> all = new ArrayList<>();
  private boolean listed;

  /** Those of a whole dump. */
  static List<String> in(List<String> dump) {
    Deadlocks deadlocks = new Deadlocks();
    dump.forEach(deadlocks::see);
    return deadlocks.found();
  }

  /** The next line. */
  void see(String line) {
    if (line.startsWith("Found one Java-level deadlock:")) {
      listed = all.size() < MOST;
      if (listed) {
        all.add(new ArrayList<>());
      }
    } else if (line.startsWith("Java stack information for the threads listed above")) {
      listed = false;
    } else if (listed) {
      Matcher thread = THREAD.matcher(line);
      if (thread.matches()) {
        all.getLast().add('"' + thread.group(1) + '"');
      }
    }
  }

  /** Each deadlock as the names of its threads, such as {@code "a", "b"}. */
  List<String> found() {
    return all.stream().filter(threads -> !threads.isEmpty()).map(Deadlocks::shown).toList();
  }

  private static String shown(List<String> threads) {
    String first = String.join(", ", threads.subList(0, Math.min(SHOWN, threads.size())));
    return threads.size() > SHOWN ? first + " and " + (threads.size() - SHOWN) + " more" : first;
  }
}
