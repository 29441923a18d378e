package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The example examples/pool, in a hurry: machines come when the load needs them, and go again. */
@Tag("integration")
class NodePoolTest {
  private static final Path POOL = Hosts.ROOT.resolve("examples/pool");
  private static final Duration BOUND = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void copyTheExample() throws Exception {
    try (Stream<Path> files = Files.list(POOL)) {
      for (Path source : files.toList()) {
        Files.copy(source, folder.resolve(source.getFileName()));
      }
    }
    hosts("up");
  }

  @AfterEach
  void end() throws Exception {
    hosts("down");
    started.forEach(Process::destroyForcibly);
  }

  private void up(String... changes) throws IOException {
    String text = Files.readString(POOL.resolve("mainstay.yaml"));
    for (int i = 0; i < changes.length; i += 2) {
      assertThat(text).contains(changes[i]);
      text = text.replace(changes[i], changes[i + 1]);
    }
    Files.writeString(folder.resolve("mainstay.yaml"), text);
    start(
        "first",
        Hosts.ROOT.resolve("mainstay").toString(),
        "up",
        folder.resolve("mainstay.yaml").toString(),
        "--data",
        folder.resolve("data").toString(),
        "--node",
        "first",
        "--advertise",
        "10.78.0.1");
    Program.await("two to serve", BOUND, () -> serving() == 2);
  }

  @Test
  void machinesComeForALoadThatDoesNotFitAndGoAgain() throws Exception {
    up(
        "down-delay: 20s",
        "down-delay: 3s, window: {short: 4s, long: 8s}",
        "idle: 20s",
        "idle: 2s",
        "cooldown: 5s",
        "cooldown: 1s",
        // What fits nowhere yet is carried by those that there are: nothing is shed.
        "per-instance: 12",
        "per-instance: 60");
    Process base = load(60);
    Program.await(
        "the load to be seen", BOUND, () -> service().path("requestsPerSecond").asDouble() > 40);
    Process step = load(240);
    awaitServing(6, "on more machines");
    assertThat(nodes()).contains("first", "workers-1", "workers-2");
    assertThat(ended(step)).as("no request failed").isZero();
    Program.await("one machine again", BOUND, () -> nodes().equals(List.of("first")));
    awaitServing(2, "on the first one");
    assertThat(ended(base)).as("no request failed").isZero();
    assertThat(run(List.of("env", "MAINSTAY_POOL=workers", folder.resolve("list.sh").toString())))
        .isEmpty();
    assertThat(Files.readString(folder.resolve("hosts/hooks.log")))
        .contains("workers-1 is ready", "workers-1 is drained");
    assertThat(kinds())
        .contains("placement-failed", "pool-scaled", "pool-node-ready", "node-drained")
        .containsSubsequence("node-draining", "pool-node-removed");
  }

  @Test
  void saysWhyNoMachineComesAndTriesAgain() throws Exception {
    Files.move(folder.resolve("create.sh"), folder.resolve("made.sh"));
    Path create = folder.resolve("create.sh");
    Files.writeString(
        create,
        """
        #!/bin/sh
        if [ ! -e asked ]; then touch asked; echo 'no machine left in this zone' >&2; exit 1; fi
        exec ./made.sh
        """);
    assertThat(create.toFile().setExecutable(true)).isTrue();
    up("{min: 2, max: 8}", "{min: 2, max: 9}", "max: 3", "max: 1");
    run(on("first", List.of(Hosts.ROOT.resolve("mainstay").toString(), "scale", "work", "9")));
    awaitServing(4, "on two machines, which is all that there may be");
    assertThat(reasons("pool-launch-failed"))
        .anyMatch(reason -> reason.contains("no machine left in this zone"));
    assertThat(reasons("scale-clamped")).anyMatch(reason -> reason.contains("1 is the most"));
  }

  private void awaitServing(int count, String what) {
    try {
      Program.await(count + " to serve " + what, BOUND, () -> serving() >= count && serving() <= 8);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "; " + service() + nodes() + tail(), e);
    }
  }

  private JsonNode api(String path) {
    JsonNode answer = Hosts.api(run(on("first", Hosts.curl(path))));
    return answer == null ? JSON.createObjectNode() : answer;
  }

  private JsonNode service() {
    return api("/status").path("services").path(0);
  }

  private int serving() {
    return service().path("serving").asInt(-1);
  }

  private List<String> nodes() {
    List<String> names = new ArrayList<>();
    api("/status").path("nodes").forEach(node -> names.add(node.path("name").asString()));
    return names;
  }

  private List<String> kinds() {
    List<String> kinds = new ArrayList<>();
    api("/events?limit=1000")
        .path("events")
        .forEach(event -> kinds.add(event.path("kind").asString()));
    return kinds;
  }

  private List<String> reasons(String kind) {
    List<String> reasons = new ArrayList<>();
    for (JsonNode event : api("/events?limit=1000").path("events")) {
      if (event.path("kind").asString().equals(kind)) {
        reasons.add(event.path("reason").asString());
      }
    }
    return reasons;
  }

  private Process load(int rate) throws IOException {
    return start(
        "clients",
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx64m",
        "-cp",
        System.getProperty("java.class.path"),
        HostLoad.class.getName(),
        "10.78.0.1:8080",
        "/",
        Integer.toString(rate));
  }

  /** Ends a load; how many of its requests failed. */
  private static long ended(Process load) throws IOException {
    load.getOutputStream().close();
    try (BufferedReader reader = load.inputReader(StandardCharsets.UTF_8)) {
      List<String> lines = reader.lines().toList();
      String[] words = lines.getLast().split(" ");
      assertThat(words[0]).as(lines.toString()).isEqualTo("TOTAL");
      assertThat(Long.parseLong(words[1])).isPositive();
      return Long.parseLong(words[2]);
    }
  }

  private Process start(String host, String... words) throws IOException {
    ProcessBuilder builder = builder(on(host, List.of(words)));
    if (host.equals("first")) {
      builder.redirectErrorStream(true).redirectOutput(folder.resolve("first.txt").toFile());
    } else {
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    }
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private void hosts(String word) {
    run(List.of(folder.resolve("hosts.sh").toString(), word));
  }

  private List<String> on(String host, List<String> command) {
    return Stream.concat(
            Stream.of(folder.resolve("hosts.sh").toString(), "exec", host), command.stream())
        .toList();
  }

  private ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("HOSTS_PREFIX", "mst" + ProcessHandle.current().pid() + "pool");
    builder.environment().put("HOSTS_DATA", folder.resolve("hosts").toString());
    builder.environment().put("MAINSTAY_HOME", Hosts.ROOT.toString());
    return builder;
  }

  /** What a command prints. */
  private String run(List<String> command) {
    return Hosts.ran(builder(command)).text().strip();
  }

  private String tail() {
    try {
      return "\n" + Files.readString(folder.resolve("first.txt"));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
