package io.mainstay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
  private static final List<String> COMMANDS =
      List.of(
          "up",
          "apply",
          "plan",
          "validate",
          "schema",
          "status",
          "events",
          "logs",
          "explain",
          "scale",
          "restart",
          "drain",
          "isolate",
          "release",
          "promote",
          "pause",
          "resume",
          "drill",
          "check",
          "down",
          "doctor",
          "simulate");

  @Test
  void saysItsVersion() {
    assertThat(Ran.command("--version")).isEqualTo(new Ran(0, "mainstay 0.1.0\n", ""));
  }

  @Test
  void listsAllCommands() {
    Ran help = Ran.command("--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains(COMMANDS).contains("Exit codes");
    assertThat(help.out().lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void explainsEveryCommandWithAnExample() {
    for (String command : COMMANDS) {
      Ran help = Ran.command(command, "--help");
      assertThat(help.exitCode()).as(command).isZero();
      assertThat(help.out()).as(command).contains("Example:", "mainstay " + command);
      assertThat(help.out().lines()).as(command).allMatch(line -> line.length() <= 100);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"top", "switchover", "upgrade", "completion"})
  void saysWhatIsNotSupportedYet(String command) {
    assertThat(Ran.command(command, "x"))
        .isEqualTo(new Ran(2, "", "mainstay " + command + ": not supported yet\n"));
  }

  @Test
  void refusesUnknownCommandsAndOptions() {
    Ran unknown = Ran.command("stauts");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("stauts").contains("status");
    assertThat(Ran.command().exitCode()).isEqualTo(2);
    assertThat(Ran.command("status", "--bogus").exitCode()).isEqualTo(2);
    assertThat(Ran.command("scale", "shop").exitCode()).isEqualTo(2);
    assertThat(Ran.command("scale", "shop", "many").err()).contains("many");
    assertThat(Ran.command("drill", "shop", "--kind", "burn").err()).contains("burn", "kill");
    assertThat(Ran.command("status", "../server").exitCode()).isEqualTo(2);
  }

  @Test
  void saysThatThereIsNoServer() {
    Ran status = Ran.command("status");
    assertThat(status.exitCode()).isEqualTo(4);
    assertThat(status.err())
        .startsWith("mainstay status: no server at 127.0.0.1:1: ")
        .contains("mainstay up FILE", "--admin");
    assertThat(Ran.command("down").exitCode()).isEqualTo(4);
    assertThat(Ran.command("restart", "shop").exitCode()).isEqualTo(4);
  }

  @Test
  void refusesAnAddressThatIsNone() {
    assertThat(Ran.command("status", "--admin", "here").err())
        .isEqualTo("mainstay status: --admin: here (expected: HOST:PORT such as 127.0.0.1:7070)\n");
    Ran variable = Ran.command(Map.of("MAINSTAY_ADMIN", "x"), "status");
    assertThat(variable.exitCode()).isEqualTo(2);
    assertThat(variable.err()).contains("MAINSTAY_ADMIN: x");
  }

  @Test
  void printsAllErrorsOfAFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.yaml"), "wrong");
    Ran ran = Ran.command("validate", file.toString());
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err())
        .isEqualTo(
            file
                + ":2:5: services.shop.replicsa: 3 (expected: a known key; did you mean"
                + " 'replicas'?)\n"
                + file
                + ":3:5: services.shop.port: 3 (expected: a known key)\n2 errors\n");
    assertThat(Ran.command("validate", file.toString(), "--output", "json").out())
        .startsWith("{\"errors\":[{\"file\":")
        .contains("\"nearest\":\"replicas\"", "\"nearest\":null");
    Files.writeString(file, "services: {}");
    assertThat(Ran.command("validate", file.toString()).out())
        .isEqualTo(file + ": good: 0 services, 0 listeners\n");
    assertThat(Ran.command("validate", "none.yaml").exitCode()).isEqualTo(2);
    assertThat(Ran.command("validate", folder.toString()).exitCode()).isEqualTo(2);
  }

  @Test
  void printsTheSchema() {
    assertThat(Ran.command("schema").out()).isEqualTo("{\"$schema\":\"s\"}\n");
    assertThat(Ran.command("schema", "--output", "json")).isEqualTo(Ran.command("schema"));
  }

  @Test
  void rendersTheReportOfTheDoctor() {
    Path here = Path.of(".mainstay").toAbsolutePath();
    assertThat(Ran.command("doctor"))
        .isEqualTo(
            new Ran(
                0,
                "ok       data folder: "
                    + here
                    + "\n"
                    + "ok       kernel: 6.1\n"
                    + "warning  cgroups: not writable\n"
                    + "         fix: run as root\n",
                ""));
    assertThat(Ran.command("doctor", "-o", "json").out())
        .isEqualTo(
            "{\"findings\":[{\"subject\":\"data"
                + " folder\",\"level\":\"ok\",\"found\":\""
                + here
                + "\",\"fix\":\"\"},{\"subject\":\"kernel\",\"level\":\"ok\",\"found\":\"6.1\",\"fix\":\"\"},{\"subject\":\"cgroups\",\"level\":\"warning\",\"found\":\"not"
                + " writable\",\"fix\":\"run as root\"}]}\n");
  }

  @Test
  void handsTheOptionsOfUpOver(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.yaml"), "");
    Ran.UPS.clear();
    assertThat(Ran.command("up", file.toString(), "--node", "n7", "--detach").exitCode()).isZero();
    UpRunner.Request request = Ran.UPS.getFirst();
    assertThat(request.file()).contains(file);
    assertThat(request.dataDirectory()).isEqualTo(folder.resolve(".mainstay"));
    assertThat(request.admin()).hasToString("127.0.0.1:1");
    assertThat(request.node()).contains("n7");
    assertThat(request.detach()).isTrue();
    assertThat(Ran.command("up", folder.resolve("none").toString()).exitCode()).isEqualTo(2);
    assertThat(Ran.command("up", file.toString(), "--node", "a b").exitCode()).isEqualTo(2);
  }

  @Test
  void doctorLooksAtTheFolderThatUpWouldTake(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.yaml"), "");
    assertThat(Ran.command("doctor", file.toString()).out())
        .contains("data folder: " + folder.resolve(".mainstay") + "\n");
    assertThat(Ran.command("doctor", "--data", folder.resolve("d").toString()).out())
        .contains("data folder: " + folder.resolve("d") + "\n");
    assertThat(Ran.command("doctor", folder.resolve("none").toString()).exitCode()).isEqualTo(2);
  }
}
