package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The stories of examples/business/README.md, on other ports, over a real PostgreSQL. */
@Tag("integration")
class BusinessExampleTest extends OnOneMachine {
  private static final Path EXAMPLE =
      Path.of("").toAbsolutePath().getParent().resolve("examples/business");
  private static final Pattern VARIABLE = Pattern.compile("export (\\w+)='(.*)'");

  private Path file;

  @BeforeEach
  void setUp() throws Exception {
    try (Stream<Path> files = Files.list(EXAMPLE)) {
      for (Path source : files.filter(name -> name.toString().endsWith(".java")).toList()) {
        Files.copy(source, folder.resolve(source.getFileName()));
      }
    }
    // PostgreSQL runs as somebody else if this runs as root.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Map<String, String> variables = new LinkedHashMap<>();
    Matcher printed =
        VARIABLE.matcher(output("setup.txt", List.of(EXAMPLE.resolve("setup.sh").toString()), 180));
    while (printed.find()) {
      variables.put(printed.group(1), printed.group(2));
    }
    assertThat(variables).containsOnlyKeys("SHOP_DRIVER", "SHOP_DATABASE");
    program.environment(variables);
    file =
        program.write(
            "mainstay.yaml",
            Files.readString(EXAMPLE.resolve("mainstay.yaml"))
                .replace("8090", "" + port)
                .replace("8091", "" + Program.freePort())
                .replace("8092", "" + Program.freePort()));
  }

  @AfterEach
  void endTheDatabase() throws Exception {
    program.close();
    output("stop.txt", List.of(EXAMPLE.resolve("setup.sh").toString(), "stop"), 60);
  }

  @Test
  void theStoriesOfTheReadmeAreTrue() throws Exception {
    program.up(file).awaitServing("payments", 3).awaitServing("payments-lite", 1);
    program.awaitService(
        "orders",
        orders -> orders.get("transactions").get(0).get("health").asString().equals("passing"),
        "its business works");

    oneInstanceThatLosesPaymentsIsIsolated();
    program.run("release", "payments-2");
    program.awaitServing("payments", 3);
    allThatLosePaymentsAreReplacedByTheFallback();
  }

  private void oneInstanceThatLosesPaymentsIsIsolated() throws Exception {
    String told = story("one");
    assertThat(told).contains("/healthz was: [200]").contains("instance-isolated");
    assertThat(subjects("blamed")).containsExactly("payments payments-2");
    assertThat(subjects("instance-isolated")).containsOnly("payments payments-2");
    assertThat(subjects("diverted")).isEmpty();
    assertThat(subjects("check-failed")).isEmpty();
    assertThat(told).contains(" 0 refused");
  }

  private void allThatLosePaymentsAreReplacedByTheFallback() throws Exception {
    String told = story("all");
    assertThat(told).contains("/healthz was: [200]").contains("restored");
    assertThat(subjects("blamed")).last().asString().isEqualTo("payments ");
    assertThat(subjects("blamed")).doesNotContain("orders ", "shipping ");
    assertThat(subjects("diverted")).isNotEmpty().containsOnly("payments ");
    assertThat(subjects("restored")).containsExactly("payments ");
    assertThat(subjects("instance-isolated")).containsOnly("payments payments-2");
    assertThat(told).contains(" 0 refused");
  }

  private String story(String which) throws Exception {
    return output(
        which + ".txt",
        List.of(
            "java",
            "Story.java",
            which,
            "--admin",
            program.admin(),
            "--shop",
            "http://127.0.0.1:" + port),
        150);
  }

  /** Service and instance of each event of the kind. */
  private List<String> subjects(String kind) {
    return program.events(kind).stream()
        .map(
            event -> event.path("service").asString("") + " " + event.path("instance").asString(""))
        .toList();
  }

  /** What a command printed; it has to end well. */
  private String output(String name, List<String> command, int seconds)
      throws IOException, InterruptedException {
    Path output = folder.resolve(name);
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("SHOP_FOLDER", folder.resolve("database").toString());
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.to(output.toFile()))
            .start();
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      process.destroy();
    }
    String printed = Files.readString(output);
    assertThat(process.waitFor()).as(printed).isZero();
    return printed;
  }
}
