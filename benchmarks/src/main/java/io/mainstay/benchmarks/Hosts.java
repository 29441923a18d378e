package io.mainstay.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Machines made of network namespaces on one bridge, which lies in a namespace of its own: nothing
 * of this reaches the real network. Host {@code k} is 10.77.1.k. Needs root, {@code ip} and {@code
 * nft}. What a run that was killed has left behind is taken away by the next one.
 */
final class Hosts implements AutoCloseable {
  private static final Pattern OURS = Pattern.compile("mstb([0-9]+)x.*");

  private final String prefix = "mstb" + ProcessHandle.current().pid() + "x";
  private final List<Process> started = new ArrayList<>();
  private final Thread atExit = new Thread(this::remove);
  private final Path folder;
  private final int count;

  /** Makes them; {@code folder} is where their commands run. */
  Hosts(Path folder, int count) {
    this.folder = folder;
    this.count = count;
    sweep();
    Runtime.getRuntime().addShutdownHook(atExit);
    ip("netns add " + hub());
    ip("-n " + hub() + " link set lo up");
    ip("-n " + hub() + " link add br0 type bridge stp_state 0 forward_delay 0");
    ip("-n " + hub() + " link set br0 up");
    for (int host = 1; host <= count; host++) {
      String name = name(host);
      ip("netns add " + name);
      ip("-n " + hub() + " link add p" + host + " type veth peer name eth0 netns " + name);
      ip("-n " + hub() + " link set p" + host + " master br0 up");
      ip("-n " + name + " addr add " + address(host) + "/24 dev eth0");
      ip("-n " + name + " link set lo up");
      ip("-n " + name + " link set eth0 up");
    }
  }

  /** What a benchmark that was killed has left. */
  private static void sweep() {
    for (String line : attempt(List.of("ip", "netns", "list")).text().lines().toList()) {
      String name = line.split(" ", 2)[0];
      Matcher ours = OURS.matcher(name);
      if (ours.matches() && !Files.exists(Path.of("/proc", ours.group(1)))) {
        kill(pids(name), "KILL");
        attempt(List.of("ip", "netns", "del", name));
      }
    }
  }

  int count() {
    return count;
  }

  private String hub() {
    return prefix + "sw";
  }

  String name(int host) {
    return prefix + "h" + host;
  }

  static String address(int host) {
    return "10.77.1." + host;
  }

  /** Pulls the cable. */
  void cut(int host) {
    ip("-n " + hub() + " link set p" + host + " down");
  }

  /** Drops what comes from a host; it cannot see that. */
  void mute(int host) {
    filter("iifname p" + host + " drop");
  }

  /** Drops what goes to a host. */
  void deafen(int host) {
    filter("oifname p" + host + " drop");
  }

  private void filter(String rule) {
    must(
        List.of(
            "ip",
            "netns",
            "exec",
            hub(),
            "nft",
            "add table bridge part; add chain bridge part f { type filter hook forward priority 0;"
                + " }; add rule bridge part f "
                + rule));
  }

  /** Ends all cuts and filters. */
  void heal() {
    attempt(List.of("ip", "netns", "exec", hub(), "nft", "delete table bridge part"));
    for (int host = 1; host <= count; host++) {
      ip("-n " + hub() + " link set p" + host + " up");
    }
  }

  /** All processes of a host. */
  List<Long> pids(int host) {
    return pids(name(host));
  }

  private static List<Long> pids(String namespace) {
    Ran ran = attempt(List.of("ip", "netns", "pids", namespace));
    return ran.code() == 0
        ? ran.text().lines().map(String::strip).map(Long::parseLong).toList()
        : List.of();
  }

  /** Signals processes, such as {@code KILL}, {@code STOP}, {@code CONT}. */
  static void kill(List<Long> pids, String signal) {
    if (!pids.isEmpty()) {
      List<String> words = new ArrayList<>(List.of("kill", "-" + signal));
      pids.forEach(pid -> words.add(Long.toString(pid)));
      attempt(words);
    }
  }

  /** The command line of a process; empty if it is gone, or a zombie. */
  static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline")).replace('\0', ' ').strip();
    } catch (IOException e) {
      return "";
    }
  }

  /** Starts a command on a host; its output is appended to a file. */
  Process start(int host, Path output, List<String> command) throws IOException {
    List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", name(host)));
    words.addAll(command);
    Process process =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
            .start();
    synchronized (started) {
      started.add(process);
    }
    return process;
  }

  /** What a command said, and its exit code. */
  record Ran(int code, String text) {}

  /** Runs a command on a host to its end. */
  Ran run(int host, List<String> command) {
    List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", name(host)));
    words.addAll(command);
    return attempt(words);
  }

  private static void ip(String words) {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(Arrays.asList(words.split(" ", -1)));
    must(command);
  }

  private static void must(List<String> command) {
    Ran ran = attempt(command);
    if (ran.code() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + ran);
    }
  }

  /** Nothing that is run here may hold a benchmark up for ever. */
  private static List<String> bounded(List<String> command) {
    List<String> words = new ArrayList<>(List.of("timeout", "-k", "5", "60"));
    words.addAll(command);
    return words;
  }

  private static Ran attempt(List<String> command) {
    try {
      Process process = new ProcessBuilder(bounded(command)).redirectErrorStream(true).start();
      process.getOutputStream().close();
      try (InputStream in = process.getInputStream()) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return new Ran(process.exitValue(), text);
      }
    } catch (IOException e) {
      return new Ran(-1, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Ran(-1, e.toString());
    }
  }

  /** The power goes off, and the machines are taken away. */
  private void remove() {
    for (int round = 0; round < 3; round++) {
      for (int host = 1; host <= count; host++) {
        kill(pids(host), "KILL");
      }
    }
    synchronized (started) {
      started.forEach(Process::destroyForcibly);
    }
    for (int host = 1; host <= count; host++) {
      attempt(List.of("ip", "netns", "del", name(host)));
    }
    attempt(List.of("ip", "netns", "del", hub()));
  }

  @Override
  public void close() {
    remove();
    Runtime.getRuntime().removeShutdownHook(atExit);
    synchronized (started) {
      for (Process process : started) {
        try {
          process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
