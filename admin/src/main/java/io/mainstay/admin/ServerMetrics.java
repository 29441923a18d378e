package io.mainstay.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** The server process itself, as metrics. */
final class ServerMetrics {
  private static final long PAGE_BYTES = 4096;

  private ServerMetrics() {}

  static void collect(MetricFamilies families, AdminOptions options, AdminPorts ports) {
    families.info(
        "mainstay_build",
        "What runs.",
        "version",
        options.version(),
        "node",
        options.node().value());
    families.gauge(
        "mainstay_server_ready",
        "1 if the file is applied, the listeners are open and somebody decides, else 0.",
        ports.server().ready() ? 1 : 0);
    ProcessHandle.Info process = ProcessHandle.current().info();
    process
        .startInstant()
        .map(Instant::toEpochMilli)
        .ifPresent(millis ->
            families.gauge(
                "mainstay_process_start_time_seconds",
                "When the process began, since the epoch.",
                millis / 1e3));
    process
        .totalCpuDuration()
        .map(Duration::toNanos)
        .ifPresent(nanos ->
            families.counter(
                "mainstay_process_cpu_seconds", "CPU time of the process.", nanos / 1e9));
    residentBytes(families);
    Runtime runtime = Runtime.getRuntime();
    families.gauge(
        "mainstay_heap_used_bytes",
        "Heap in use, garbage included.",
        (double) (runtime.totalMemory() - runtime.freeMemory()));
    families.gauge("mainstay_heap_limit_bytes", "Largest heap.", (double) runtime.maxMemory());
  }

  /** Field 2 of {@code /proc/self/statm}; absent where there is no such file. */
  private static void residentBytes(MetricFamilies families) {
    try {
      String text = Files.readString(Path.of("/proc/self/statm"), StandardCharsets.US_ASCII);
      families.gauge(
          "mainstay_process_resident_memory_bytes",
          "Memory of the process in RAM.",
          Double.parseDouble(text.split(" ", -1)[1]) * PAGE_BYTES);
    } catch (IOException e) {
      // Not Linux, or no /proc: the metric is absent rather than wrong.
    }
  }
}
