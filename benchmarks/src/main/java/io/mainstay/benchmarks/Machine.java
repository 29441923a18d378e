package io.mainstay.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** What a benchmark reads of the machine that it runs on. */
final class Machine {
  private static final double TICKS_PER_SECOND = 100;

  private Machine() {}

  /** User and system time of a process and all that it started, in microseconds. */
  static double cpuMicros(ProcessHandle process) {
    return Stream.concat(Stream.of(process), process.descendants())
        .mapToDouble(one -> ticks(one.pid()) * 1e6 / TICKS_PER_SECOND)
        .sum();
  }

  /** The same without what it started. */
  static double ownCpuMicros(long pid) {
    return ticks(pid) * 1e6 / TICKS_PER_SECOND;
  }

  private static double ticks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Resident memory in MiB. */
  static double residentMebibytes(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024;
        }
      }
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** When a process was started, as {@link System#nanoTime} counts, to 10 ms; or now, if gone. */
  static long startedAt(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return (long) (Long.parseLong(fields[19]) * 1e9 / TICKS_PER_SECOND);
    } catch (IOException e) {
      return System.nanoTime();
    }
  }

  /** The load average of the last minute. */
  static String load() {
    try {
      return Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One line: kernel, processors, and what else is running. */
  static String describe() {
    try {
      String kernel = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
      String load = Files.readString(Path.of("/proc/loadavg")).strip();
      return "kernel "
          + kernel
          + ", "
          + Runtime.getRuntime().availableProcessors()
          + " processors, load average at the start "
          + load.substring(0, load.indexOf(' '));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A port that is free now; the preferred one if it is. */
  static int port(int preferred) {
    for (int port = preferred; port < preferred + 500; port++) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return port;
      } catch (IOException e) {
        // Taken: the next one.
      }
    }
    throw new IllegalStateException("no free port from " + preferred);
  }

  /** A program that must be installed. */
  static String program(String name) {
    for (String folder : List.of("/usr/sbin", "/usr/bin", "/usr/local/bin", "/bin")) {
      if (Files.isExecutable(Path.of(folder, name))) {
        return folder + "/" + name;
      }
    }
    throw new IllegalStateException(
        name + " is not installed (Debian: apt-get install " + name + ")");
  }

  /** Starts a program; its output goes to a file. */
  static Process start(Path output, List<String> command, String... environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    for (int i = 0; i + 1 < environment.length; i += 2) {
      builder.environment().put(environment[i], environment[i + 1]);
    }
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
        .start();
  }

  /** Runs a program to its end and answers its output. */
  static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  /** Waits for a condition; an error names what did not come. */
  static void await(String what, Duration limit, BooleanSupplier condition)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("not within " + limit + ": " + what);
      }
      Thread.sleep(5);
    }
  }

  /** Ends processes and what they started; first in order, then by force. */
  static void end(List<Process> processes) throws InterruptedException {
    List<ProcessHandle> all = new ArrayList<>();
    for (Process process : processes) {
      process.descendants().forEach(all::add);
      process.destroy();
    }
    for (Process process : processes) {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
    all.forEach(ProcessHandle::destroyForcibly);
  }
}
