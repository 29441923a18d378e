package io.mainstay.linux.jvm;

import io.mainstay.linux.logs.FileLogSource;
import io.mainstay.model.InstanceId;
import io.mainstay.ports.ProcessHost.ThreadDump;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Has JVMs print what their threads do, to their own output, as they do by themselves on SIGQUIT.
 * Blocks; any thread.
 */
public final class ThreadDumps {
  /** So long after the signal it is waited for what is printed. */
  public static final Duration LONGEST = Duration.ofSeconds(2);

  private static final Duration PAUSE = Duration.ofMillis(20);

  /** HotSpot says nothing for so long only when it is done, whatever the last thing was. */
  private static final int QUIET_LOOKS = 10;

  private static final int MOST_BYTES = 8 << 20;

  private ThreadDumps() {}

  /**
   * Takes one.
   *
   * @param main the process of the instance
   * @return empty if there is no JVM in it
   */
  public static Optional<ThreadDump> take(FileLogSource logs, InstanceId instance, long main)
      throws InterruptedException {
    long pid = main;
    try {
      Optional<JvmProcess> jvm = JvmProcess.of(main);
      if (jvm.isEmpty()) {
        return Optional.empty();
      }
      pid = jvm.get().pid();
      long begin = logs.end(instance);
      Optional<String> refused = jvm.get().quit();
      return Optional.of(
          refused.isPresent()
              ? new ThreadDump(pid, false, refused.get())
              : await(logs, instance, pid, begin));
    } catch (IOException e) {
      // Often it cannot be told either whether it is one.
      return Optional.empty();
    }
  }

  private static ThreadDump await(FileLogSource logs, InstanceId instance, long pid, long begin)
      throws InterruptedException {
    long end = System.nanoTime() + LONGEST.toNanos();
    long length = begin;
    int quiet = 0;
    while (System.nanoTime() < end) {
      Thread.sleep(PAUSE);
      long now = logs.end(instance);
      quiet = now == length ? quiet + 1 : 0;
      length = now;
      if (now == begin) {
        continue;
      }
      List<String> lines = logs.since(instance, begin, MOST_BYTES);
      int first = indexOf(lines, "Full thread dump ");
      if (first >= 0) {
        List<String> dump = lines.subList(first, lines.size());
        // The last thing that it prints is a table of the heap.
        if (indexOf(dump, "Heap") >= 0 || quiet >= QUIET_LOOKS) {
          return written(logs, instance, pid, dump);
        }
      }
    }
    return new ThreadDump(
        pid,
        false,
        "nothing came to its output within "
            + LONGEST.toSeconds()
            + " s: it cannot stop its threads, or its output goes elsewhere");
  }

  private static ThreadDump written(
      FileLogSource logs, InstanceId instance, long pid, List<String> dump) {
    long threads = dump.stream().filter(line -> line.startsWith("\"")).count();
    List<String> deadlocks = Deadlocks.in(dump);
    return new ThreadDump(
        pid,
        true,
        "what its threads do is in "
            + logs.path(instance)
            + (deadlocks.isEmpty()
                ? ""
                : "; deadlock of " + String.join("; deadlock of ", deadlocks))
            + " ("
            + threads
            + " threads)");
  }

  private static int indexOf(List<String> lines, String begin) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(begin)) {
        return i;
      }
    }
    return -1;
  }
}
