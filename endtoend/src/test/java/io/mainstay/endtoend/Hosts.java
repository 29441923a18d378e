package io.mainstay.endtoend;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Machines made of network namespaces on one bridge, which lies in a namespace of its own: nothing
 * of this reaches the real network. Host {@code k} is 10.77.X.k; X differs between test classes.
 * Needs root, {@code ip} and {@code nft}.
 */
final class Hosts implements AutoCloseable {
  static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final ObjectMapper JSON = new ObjectMapper();
  private final String prefix;
  private final int subnet;
  private final Path folder;
  private final List<Process> started = new ArrayList<>();
  private int count;

  Hosts(Path folder, int subnet, int count) {
    this.folder = folder;
    this.subnet = subnet;
    this.prefix = "mst" + ProcessHandle.current().pid() + "x" + subnet;
    run("ip", "netns", "add", hub());
    run("ip", "-n", hub(), "link", "set", "lo", "up");
    run(
        "ip",
        "-n",
        hub(),
        "link",
        "add",
        "br0",
        "type",
        "bridge",
        "stp_state",
        "0",
        "forward_delay",
        "0");
    run("ip", "-n", hub(), "link", "set", "br0", "up");
    for (int host = 1; host <= count; host++) {
      add();
    }
  }

  /** One more machine; answers its number. */
  synchronized int add() {
    int host = ++count;
    run("ip", "netns", "add", name(host));
    run(
        "ip",
        "-n",
        hub(),
        "link",
        "add",
        port(host),
        "type",
        "veth",
        "peer",
        "name",
        "eth0",
        "netns",
        name(host));
    run("ip", "-n", hub(), "link", "set", port(host), "master", "br0", "up");
    run("ip", "-n", name(host), "addr", "add", address(host) + "/24", "dev", "eth0");
    run("ip", "-n", name(host), "link", "set", "lo", "up");
    run("ip", "-n", name(host), "link", "set", "eth0", "up");
    return host;
  }

  private String hub() {
    return prefix + "sw";
  }

  String name(int host) {
    return prefix + "h" + host;
  }

  private static String port(int host) {
    return "p" + host;
  }

  String address(int host) {
    return "10.77." + subnet + "." + host;
  }

  Path data(int host) {
    return folder.resolve("h" + host);
  }

  Path output(int host) {
    return folder.resolve("h" + host + ".txt");
  }

  /** Pulls the cable. */
  void cut(int host) {
    run("ip", "-n", hub(), "link", "set", port(host), "down");
  }

  /** Drops everything to and from a host; it cannot see that. */
  void block(int host) {
    filter("iifname " + port(host) + " drop");
    filter("oifname " + port(host) + " drop");
  }

  /** Drops what one host sends to another. */
  void block(int from, int to) {
    filter("iifname " + port(from) + " oifname " + port(to) + " drop");
  }

  private void filter(String rule) {
    run(
        "ip",
        "netns",
        "exec",
        hub(),
        "nft",
        "add table bridge part; add chain bridge part f { type filter hook forward priority 0; };"
            + " add rule bridge part f "
            + rule);
  }

  /** Ends all cuts and blocks. */
  void heal() {
    tryRun("ip", "netns", "exec", hub(), "nft", "delete table bridge part");
    for (int host = 1; host <= count; host++) {
      run("ip", "-n", hub(), "link", "set", port(host), "up");
    }
  }

  /** Signals every process of a host: KILL is a power cut, STOP freezes it. */
  void signal(int host, String signal) {
    for (String pid : tryRun("ip", "netns", "pids", name(host)).lines().toList()) {
      tryRun("kill", "-" + signal, pid.strip());
    }
  }

  /** Starts a command on a host; its output is appended to that host's file. */
  Process start(int host, String... words) {
    try {
      Process process =
          new ProcessBuilder(on(host, List.of(words)))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(output(host).toFile()))
              .start();
      started.add(process);
      return process;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first server. */
  Process up(int host, Path file, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                ROOT.resolve("mainstay").toString(),
                "up",
                file.toString(),
                "--data",
                data(host).toString(),
                "--node",
                "h" + host,
                "--advertise",
                address(host)));
    words.addAll(List.of(more));
    return start(host, words.toArray(String[]::new));
  }

  /** One more server. */
  Process join(int host, int to, String token, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                ROOT.resolve("mainstay").toString(),
                "join",
                address(to) + ":7070",
                "--data",
                data(host).toString(),
                "--node",
                "h" + host));
    if (!token.isEmpty()) {
      words.addAll(List.of("--token", token));
    }
    words.addAll(List.of(more));
    return start(host, words.toArray(String[]::new));
  }

  /** A command of the program on a host, run to its end; its output. */
  String mainstay(int host, String... words) {
    List<String> command = new ArrayList<>(List.of(ROOT.resolve("mainstay").toString()));
    command.addAll(List.of(words));
    return run(on(host, command));
  }

  /** A join token. */
  String token(int host) {
    String command = mainstay(host, "token").strip();
    return command.substring(command.lastIndexOf(' ') + 1);
  }

  /** Reads the API of a host from that host; null while it does not answer. */
  JsonNode api(int host, String path) {
    return api(tryRun(on(host, curl(path))));
  }

  /** The command by which a machine asks its own API. */
  static List<String> curl(String path) {
    return List.of("curl", "-s", "-m", "2", "http://127.0.0.1:7070/api/v1" + path);
  }

  /** What that command printed; null: no answer. */
  static JsonNode api(String printed) {
    try {
      return printed.isEmpty() ? null : JSON.readTree(printed);
    } catch (tools.jackson.core.JacksonException e) {
      return null;
    }
  }

  private String[] on(int host, List<String> command) {
    return Stream.concat(Stream.of("ip", "netns", "exec", name(host)), command.stream())
        .toArray(String[]::new);
  }

  /** How many instances of a service serve, as a host sees it; -1: it does not answer. */
  int serving(int host, String service) {
    JsonNode status = api(host, "/status");
    if (status == null || !status.has("services")) {
      return -1;
    }
    for (JsonNode one : status.get("services")) {
      if (one.get("name").asString().equals(service)) {
        return one.get("serving").asInt();
      }
    }
    return 0;
  }

  /** The state of a node, as a host sees it; empty: it does not know it, or does not answer. */
  String nodeState(int host, String node) {
    JsonNode status = api(host, "/status");
    if (status == null || !status.has("nodes")) {
      return "";
    }
    for (JsonNode one : status.get("nodes")) {
      if (one.get("name").asString().equals(node)) {
        return one.get("state").asString();
      }
    }
    return "";
  }

  void awaitServing(int host, String service, int wanted, Duration bound) {
    int[] last = {-1};
    try {
      Program.await(
          wanted + " of " + service + " to serve, seen from h" + host,
          bound,
          () -> (last[0] = serving(host, service)) == wanted);
    } catch (AssertionError e) {
      throw new AssertionError(
          e.getMessage() + "; last seen " + last[0] + "\n" + api(host, "/status") + outputs(), e);
    }
  }

  /** What all hosts have printed. */
  String outputs() {
    StringBuilder all = new StringBuilder();
    for (int host = 1; host <= count; host++) {
      try {
        if (Files.exists(output(host))) {
          String text = Files.readString(output(host));
          all.append("\n--- h")
              .append(host)
              .append('\n')
              .append(text.substring(Math.max(0, text.length() - 3000)));
        }
      } catch (IOException e) {
        all.append(e);
      }
    }
    return all.toString();
  }

  private static String run(String... command) {
    Ran ran = ran(command);
    if (ran.code() != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + ran.code() + " " + ran.text());
    }
    return ran.text();
  }

  private static String tryRun(String... command) {
    Ran ran = ran(command);
    return ran.code() == 0 ? ran.text() : "";
  }

  /** How a command ended, and what it printed. */
  record Ran(int code, String text) {}

  private static Ran ran(String... command) {
    return ran(new ProcessBuilder(command));
  }

  /** Runs a command to its end. */
  static Ran ran(ProcessBuilder command) {
    try {
      Process process = command.redirectErrorStream(true).start();
      try (InputStream in = process.getInputStream()) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError("no end of " + String.join(" ", command.command()));
        }
        return new Ran(process.exitValue(), text);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The power goes off, and the machines are taken away. */
  @Override
  public void close() {
    for (int host = 1; host <= count; host++) {
      signal(host, "KILL");
    }
    for (Process process : started) {
      process.destroyForcibly();
    }
    for (int host = 1; host <= count; host++) {
      tryRun("ip", "netns", "del", name(host));
    }
    tryRun("ip", "netns", "del", hub());
  }
}
