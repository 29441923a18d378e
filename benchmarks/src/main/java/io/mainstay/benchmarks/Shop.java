package io.mainstay.benchmarks;

import io.mainstay.model.Address;
import io.mainstay.probes.load.LoadPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A service "shop" of {@link Backend}s, and what they wrote down. */
final class Shop {
  private final Path logs;
  private final int listener;

  Shop(Path folder, int listener) throws IOException {
    this.logs = Files.createDirectories(folder.resolve("requests"));
    this.listener = listener;
  }

  int listener() {
    return listener;
  }

  Path logs() {
    return logs;
  }

  /** The words of the command that runs one. */
  static List<String> command(Path logs) {
    try {
      Path classes =
          Path.of(Backend.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-Xmx48m",
          "-cp",
          classes.toString(),
          Backend.class.getName(),
          logs.toString());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One service of the file, without its listener. */
  static String service(String name, Path logs, int replicas, int standby) {
    StringBuilder words = new StringBuilder();
    command(logs)
        .forEach(word -> words.append(words.isEmpty() ? "" : ", ").append('"' + word + '"'));
    return """
      %s:
        run: [%s]
        replicas: %d
        standby: %d
        health: /healthz
    """
        .formatted(name, words, replicas, standby);
  }

  /** The whole file. */
  String yaml(int replicas, int standby) {
    return "services:\n"
        + service("shop", logs, replicas, standby)
        + "    listen: \"127.0.0.1:"
        + listener
        + "\"\n";
  }

  /** Load over the listener. */
  LoadPlan load(LoadPlan.Pace pace, double postShare, String runName) {
    return new LoadPlan(
        new Address("127.0.0.1", listener),
        false,
        "127.0.0.1:" + listener,
        pace,
        List.of("/small?ms=2", "/big?ms=2", "/small?ms=2", "/halves?ms=2"),
        postShare,
        List.of("/small?ms=2"),
        List.of(100, 100 * 1024),
        Duration.ofSeconds(40),
        runName);
  }

  /** One request as an instance wrote it down. */
  record Seen(long nanos, String method, String id) {}

  /** What one run of an instance wrote down. */
  List<Seen> seen(String instance, long pid) {
    return read(logs.resolve(instance + "." + pid + ".log"));
  }

  /** What all wrote down. */
  List<Seen> seen() throws IOException {
    return seen(logs);
  }

  /** The same of a folder. */
  static List<Seen> seen(Path logs) throws IOException {
    List<Seen> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(logs)) {
      files.forEach(file -> all.addAll(read(file)));
    }
    return all;
  }

  private static List<Seen> read(Path file) {
    try {
      List<Seen> seen = new ArrayList<>();
      for (String line : Files.readAllLines(file)) {
        String[] words = line.split(" ", -1);
        if (words.length == 3) {
          seen.add(new Seen(Long.parseLong(words[0]), words[1], words[2]));
        }
      }
      return seen;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
