package io.mainstay.linux.jvm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The counters that HotSpot keeps in a file in memory, {@code /tmp/hsperfdata_USER/PID}, as {@code
 * jstat} reads them: format 2.0 of {@code perfMemory.hpp}. Reading it costs the JVM nothing.
 */
final class PerformanceData {
  private static final int MAGIC = 0xcafec0c0;
  private static final int HEADER = 32;
  private static final int ENTRY = 20;

  private final Map<String, Long> numbers = new TreeMap<>();
  private final Map<String, String> texts = new TreeMap<>();

  private PerformanceData() {}

  /**
   * Reads one state of the file.
   *
   * @throws IOException if it is in another format, or not complete yet
   */
  static PerformanceData read(byte[] file) throws IOException {
    try {
      return parse(ByteBuffer.wrap(file));
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new IOException("its performance data cannot be read", e);
    }
  }

  private static PerformanceData parse(ByteBuffer file) throws IOException {
    if (file.remaining() < HEADER || file.getInt(0) != MAGIC || file.get(5) != 2) {
      throw new IOException("its performance data is in an unknown format");
    }
    file.order(file.get(4) == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    PerformanceData data = new PerformanceData();
    int at = file.getInt(24);
    for (int left = file.getInt(28); left > 0; left--) {
      int length = file.getInt(at);
      if (length < ENTRY) {
        throw new IOException("its performance data is not complete");
      }
      String name = text(file, at + file.getInt(at + 4), at + length);
      int value = at + file.getInt(at + 16);
      if (file.get(at + 12) == 'J' && file.getInt(at + 8) == 0) {
        data.numbers.put(name, file.getLong(value));
      } else if (file.get(at + 12) == 'B') {
        data.texts.put(name, text(file, value, Math.min(at + length, value + file.getInt(at + 8))));
      }
      at += length;
    }
    return data;
  }

  private static String text(ByteBuffer file, int from, int to) {
    int end = from;
    while (end < to && file.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - from];
    file.get(from, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Time in which its threads stood still for collections, one that is under way included. */
  Duration collecting() throws IOException {
    Long frequency = numbers.get("sun.os.hrt.frequency");
    if (frequency == null || frequency <= 0) {
      throw new IOException("its performance data does not tell the unit of time");
    }
    double ticks = 0;
    List<String> collectors = new ArrayList<>();
    numbers.keySet().stream()
        .filter(name -> name.matches("sun\\.gc\\.collector\\.\\d+\\.time"))
        .map(name -> name.substring(0, name.lastIndexOf('.')))
        .forEach(collectors::add);
    if (collectors.isEmpty()) {
      throw new IOException("its collector does not tell how long it works");
    }
    for (String collector : collectors) {
      ticks += numbers.getOrDefault(collector + ".time", 0L);
      long entry = numbers.getOrDefault(collector + ".lastEntryTime", 0L);
      // It is counted at its end only; a clock beside it goes on.
      if (entry > numbers.getOrDefault(collector + ".lastExitTime", entry)) {
        ticks += Math.max(0, numbers.getOrDefault("sun.os.hrt.ticks", entry) - entry);
      }
    }
    return Duration.ofNanos((long) (ticks * 1e9 / frequency));
  }

  /** Whether tools may attach. */
  boolean isAttachable() {
    return !texts.getOrDefault("sun.rt.jvmCapabilities", "1").startsWith("0");
  }
}
