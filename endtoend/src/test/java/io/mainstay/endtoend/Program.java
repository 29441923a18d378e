package io.mainstay.endtoend;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The packaged program under test: starts {@code ./mainstay}, talks to it as a user would. */
final class Program implements AutoCloseable {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final ObjectMapper JSON = new ObjectMapper();

  final Path folder;
  final int adminPort = freePort();
  private Map<String, String> environment = Map.of();
  private Process server;

  Program(Path folder) {
    this.folder = folder;
  }

  /** The command line that runs {@link SampleService}, with options appended. */
  String sample(String options) {
    return Path.of(System.getProperty("java.home"), "bin", "java")
        + " -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx48m -Xshare:auto -cp "
        + ROOT.resolve("endtoend/target/test-classes")
        + " io.mainstay.endtoend.SampleService --port ${PORT} --folder "
        + folder
        + " "
        + options;
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, text);
    return file;
  }

  /** Variables that the server has beside those of the test. */
  void environment(Map<String, String> variables) {
    environment = variables;
  }

  /** Starts {@code up} and waits until the file is applied. */
  Program up(Path file) throws IOException, InterruptedException {
    startUp(file);
    await(
        "the file to be applied",
        Duration.ofSeconds(90),
        () -> {
          if (!server.isAlive()) {
            throw new AssertionError("ended at once: " + tail());
          }
          return Http.statusOf(adminPort, "/readyz") == 200;
        });
    return this;
  }

  /** Starts {@code up} without waiting. */
  Process startUp(Path file) throws IOException {
    ProcessBuilder builder =
        command("up", file.toString(), "--data", data().toString(), "--admin", admin());
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()));
    builder.redirectErrorStream(true);
    builder.environment().putAll(environment);
    server = builder.start();
    return server;
  }

  Path data() {
    return folder.resolve("data");
  }

  Path output() {
    return folder.resolve("server-output.txt");
  }

  String admin() {
    return "127.0.0.1:" + adminPort;
  }

  Process server() {
    return server;
  }

  /** Runs a command to its end; its output, its errors, and its exit code. */
  Result run(String... words) {
    try {
      List<String> all = new ArrayList<>(List.of(words));
      Path out = Files.createTempFile(folder, "out", ".txt");
      Path errors = Files.createTempFile(folder, "err", ".txt");
      ProcessBuilder builder = command(all.toArray(String[]::new));
      builder.environment().put("MAINSTAY_ADMIN", admin());
      Process process = builder.redirectOutput(out.toFile()).redirectError(errors.toFile()).start();
      if (!process.waitFor(120, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("no end of: mainstay " + String.join(" ", words));
      }
      Result result =
          new Result(process.exitValue(), Files.readString(out), Files.readString(errors));
      Files.delete(out);
      Files.delete(errors);
      return result;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private ProcessBuilder command(String... words) {
    List<String> command = new ArrayList<>();
    command.add(ROOT.resolve("mainstay").toString());
    command.addAll(List.of(words));
    return new ProcessBuilder(command).directory(folder.toFile());
  }

  /** The status by the API: waiting tests ask often, and a command costs a JVM each time. */
  JsonNode status() {
    return api("/status");
  }

  private JsonNode api(String path) {
    HttpResponse<String> response = Http.get(adminPort, "/api/v1" + path);
    if (response.statusCode() != 200) {
      throw new AssertionError(path + " failed: " + response.statusCode() + response.body());
    }
    return JSON.readTree(response.body());
  }

  JsonNode service(String name) {
    for (JsonNode service : status().get("services")) {
      if (service.get("name").asString().equals(name)) {
        return service;
      }
    }
    throw new AssertionError("no service " + name);
  }

  List<JsonNode> events() {
    List<JsonNode> events = new ArrayList<>();
    String after = "";
    while (true) {
      JsonNode page = api("/events?limit=1000" + (after.isEmpty() ? "" : "&after=" + after));
      if (page.get("events").isEmpty()) {
        return events;
      }
      page.get("events").forEach(events::add);
      after = page.get("next").asString();
    }
  }

  List<JsonNode> events(String kind) {
    return events().stream().filter(event -> event.get("kind").asString().equals(kind)).toList();
  }

  boolean hasEvent(String kind, Predicate<JsonNode> condition) {
    return events(kind).stream().anyMatch(condition);
  }

  Program awaitServing(String service, int count) {
    return awaitService(service, node -> node.get("serving").asInt() == count, count + " serving");
  }

  Program awaitService(String service, Predicate<JsonNode> condition, String what) {
    JsonNode[] last = new JsonNode[1];
    try {
      await(
          service + ": " + what,
          Duration.ofSeconds(90),
          () -> condition.test(last[0] = service(service)));
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\nlast seen: " + last[0] + "\n" + tail(), e);
    }
    return this;
  }

  String tail() {
    try {
      return Files.exists(output()) ? Files.readString(output()) : "";
    } catch (IOException e) {
      return e.toString();
    }
  }

  static void await(String what, Duration bound, BooleanSupplier condition) {
    long end = System.nanoTime() + bound.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited " + bound + " for " + what);
      }
      java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
    }
  }

  static boolean isAlive(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException e) {
      return false;
    }
  }

  /** The process of an instance of the status, which must have one. */
  static long pid(JsonNode instance) {
    JsonNode pid = instance.get("pid");
    if (pid == null || !pid.isIntegralNumber()) {
      throw new AssertionError("no process: " + instance);
    }
    return pid.asLong();
  }

  /** An instance that serves, after so many others that do. */
  JsonNode serving(String service, int index) {
    return service(service)
        .get("instances")
        .valueStream()
        .filter(instance -> instance.get("state").asString().equals("serving"))
        .skip(index)
        .findFirst()
        .orElseThrow();
  }

  /** Sends a signal by its name, such as KILL. */
  static void signal(String name, long pid) throws IOException, InterruptedException {
    // What these mean is the group of the tests themselves, or every process of the machine.
    if (pid <= 1) {
      throw new AssertionError("signal " + name + " for process " + pid);
    }
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
  }

  @Override
  public void close() throws Exception {
    if (server != null && server.isAlive()) {
      signal("TERM", server.pid());
      if (!server.waitFor(60, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
    }
    samples().forEach(ProcessHandle::destroyForcibly);
  }

  /** Live processes of {@link SampleService} that belong to this test. */
  List<ProcessHandle> samples() {
    return ProcessHandle.allProcesses()
        .filter(process -> isAlive(process.pid()))
        .filter(process -> {
          String line = commandLine(process.pid());
          return line.contains("SampleService") && line.contains(folder.toString());
        })
        .toList();
  }

  /** The instance that a process was started as; empty if it is gone. */
  static String instanceOf(long pid) {
    try {
      return Arrays.stream(Files.readString(Path.of("/proc/" + pid + "/environ")).split("\0"))
          .filter(entry -> entry.startsWith("MAINSTAY_INSTANCE="))
          .map(entry -> entry.substring(entry.indexOf('=') + 1))
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  private static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline")).replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }

  record Result(int code, String out, String errors) {}
}
