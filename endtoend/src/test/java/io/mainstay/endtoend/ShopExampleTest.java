package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The walk of examples/shop/README.md, on other ports: a kill, a hang, a burst. */
@Tag("integration")
class ShopExampleTest extends OnOneMachine {
  private static final Path SHOP =
      Path.of("").toAbsolutePath().getParent().resolve("examples/shop");

  private final int front = port;
  private final int orders = Program.freePort();
  private final int payments = Program.freePort();
  private Path file;

  @BeforeEach
  void copyTheExample() throws Exception {
    try (Stream<Path> files = Files.list(SHOP)) {
      for (Path source : files.filter(name -> name.toString().endsWith(".java")).toList()) {
        Files.copy(source, folder.resolve(source.getFileName()));
      }
    }
    String text =
        Files.readString(SHOP.resolve("mainstay.yaml"))
            .replace("8080", "" + front)
            .replace("8081", "" + orders)
            .replace("8082", "" + payments);
    file = program.write("mainstay.yaml", text);
  }

  @Test
  void theWalkOfTheReadmeWorks() throws Exception {
    program.up(file).awaitServing("front", 3);
    program.awaitService("front", service -> service.get("standby").asInt() == 1, "a standby");
    assertThat(Http.get(front, "/").body()).startsWith("Welcome, says front-");
    assertThat(Http.post(front, "/buy").body()).contains("\"state\":\"paid\"");

    killOne();
    hangOne();
    burst();

    Program.signal("TERM", program.server().pid());
    assertThat(program.server().waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(program.server().exitValue()).isZero();
  }

  private void killOne() throws Exception {
    JsonNode victim = program.serving("front", 0);
    Program.signal("KILL", Program.pid(victim));
    for (int i = 0; i < 50; i++) {
      assertThat(Http.get(front, "/").statusCode()).isEqualTo(200);
    }
    program.awaitService(
        "front",
        service -> service.get("serving").asInt() == 3 && service.get("standby").asInt() == 1,
        "full strength after a kill");
    assertThat(program.hasEvent("standby-promoted", event -> true)).isTrue();
  }

  private void hangOne() throws Exception {
    JsonNode victim = program.serving("front", 0);
    long pid = Program.pid(victim);
    Process load = load("load.txt", "/", "16", "20");
    program.awaitService(
        "front", service -> service.get("requestsPerSecond").asDouble() > 50, "the load");
    Program.signal("STOP", pid);
    try {
      Program.await(
          "the ejection",
          Duration.ofSeconds(15),
          () ->
              program.hasEvent(
                  "outlier-ejected",
                  event -> event.get("instance").asString().equals(victim.get("id").asString())));
    } finally {
      Program.signal("CONT", pid);
    }
    assertThat(load.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(folder.resolve("load.txt"))).containsPattern("\\{200=\\d+\\}");
    program.awaitServing("front", 3);
  }

  private Process load(String output, String path, String clients, String seconds)
      throws Exception {
    return new ProcessBuilder(
            "java", "Load.java", "http://127.0.0.1:" + front + path, clients, seconds)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(output).toFile())
        .start();
  }

  private void burst() throws Exception {
    Process load = load("burst.txt", "/report", "40", "15");
    program.awaitService("orders", service -> service.get("serving").asInt() == 4, "scaled up");
    assertThat(load.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(folder.resolve("burst.txt"))).containsPattern("\\{200=\\d+\\}");
    assertThat(program.run("explain", "orders").out()).contains("scal");
    Program.await(
        "scaling down",
        Duration.ofSeconds(120),
        () -> program.service("orders").get("serving").asInt() == 2);
  }
}
