package io.mainstay.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetyTest {
  private static final String RESTART = "/api/v1/services/shop/restart";
  private static final String JSON = "Content-Type: application/json";
  private final Running running = new Running();

  @AfterEach
  void close() {
    running.close();
  }

  @Test
  void refusesEveryActWithoutTheToken() {
    for (Route route : running.server.routes()) {
      if (route.access() == Route.Access.READ || route.access() == Route.Access.PUSH) {
        continue;
      }
      String path = Running.example(route);
      Running.Answer answer = running.call(route.method(), path, List.of(JSON), "{}");
      assertThat(answer.status()).as(path).isEqualTo(401);
      assertThat(answer.headers()).containsKey("www-authenticate");
      assertThat(answer.headers().get("content-type")).isEqualTo("application/problem+json");
    }
    assertThat(running.inside.commands).isEmpty();
    assertThat(running.inside.stops).isEmpty();
  }

  @Test
  void refusesAnotherToken() {
    String other = "Authorization: Bearer 0123456789abcdef0123456789abcdeX";
    assertThat(running.call("POST", RESTART, List.of(other, JSON), "{}").status()).isEqualTo(401);
    assertThat(
            running
                .call("POST", RESTART, List.of("Authorization: Basic " + "x", JSON), "{}")
                .status())
        .isEqualTo(401);
    assertThat(running.call("POST", RESTART, List.of(Running.bearer(), other, JSON), "{}").status())
        .isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:7070",
        "127.0.0.1.evil.example",
        "128.0.0.1",
        "localhost.evil",
        "127.0.0.1:70700000",
        "127.0.0.1:",
        "[::2]:7070",
        "",
        "127.0.0",
        "localhost:x"
      })
  void refusesForeignHosts(String host) {
    Running.Answer answer = running.call("GET", "/api/v1/status", List.of("Host: " + host), "");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.detail()).endsWith("(expected: 127.0.0.1, localhost, [::1])");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "localhost:9", "127.0.0.1:7070", "127.1.2.3", "[::1]:80"})
  void takesNamesOfLoopback(String host) {
    assertThat(running.call("GET", "/api/v1/status", List.of("Host: " + host), "").status())
        .isEqualTo(200);
  }

  @Test
  void wantsExactlyOneHost() {
    assertThat(
            running.raw("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", new byte[0]).status())
        .isEqualTo(400);
    assertThat(
            running
                .call("GET", "/healthz", List.of("Host: localhost", "Host: localhost"), "")
                .status())
        .isEqualTo(400);
  }

  @Test
  void refusesForeignOrigins() {
    for (String origin : List.of("http://evil.example", "null", "http://localhost", "")) {
      assertThat(running.call("GET", "/api/v1/status", List.of("Origin: " + origin), "").status())
          .as(origin)
          .isEqualTo(403);
    }
    String own = "Origin: http://" + running.server.address();
    assertThat(running.call("GET", "/api/v1/status", List.of(own), "").status()).isEqualTo(200);
  }

  @Test
  void refusesOtherMediaTypes() {
    for (String type :
        List.of("text/plain", "application/x-www-form-urlencoded", "", "application/yaml")) {
      Running.Answer answer =
          running.call("POST", RESTART, List.of(Running.bearer(), "Content-Type: " + type), "{}");
      assertThat(answer.status()).as(type).isEqualTo(415);
    }
    assertThat(
            running
                .call(
                    "PUT",
                    "/api/v1/spec",
                    List.of(Running.bearer(), "Content-Type: text/plain"),
                    "{}")
                .status())
        .isEqualTo(415);
    assertThat(
            running
                .call(
                    "POST",
                    RESTART,
                    List.of(Running.bearer(), "Content-Type: Application/JSON; charset=utf-8"),
                    "{}")
                .status())
        .isEqualTo(202);
  }

  @Test
  void refusesToListenBeyondLoopback() {
    assertThat(AdminOptions.refuse(new Address("0.0.0.0", 7070)).orElseThrow())
        .contains("0.0.0.0:7070", "not a loopback address", "--advertise HOST");
    assertThat(AdminOptions.refuse(new Address("localhost", 7070))).isEmpty();
    assertThat(AdminOptions.refuse(new Address("::1", 7070))).isEmpty();
    AdminOptions options =
        new AdminOptions(
            new Address("0.0.0.0", 0),
            FakeInside.NODE,
            "0.1.0",
            Path.of("/data"),
            Path.of("/base"),
            Running.TOKEN);
    assertThatThrownBy(() -> AdminServer.start(options, running.inside.ports()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("loopback");
  }

  @Test
  void saysThatTheAddressIsTaken() {
    AdminOptions options =
        new AdminOptions(
            running.server.address(),
            FakeInside.NODE,
            "0.1.0",
            Path.of("/data"),
            Path.of("/base"),
            Running.TOKEN);
    assertThatThrownBy(() -> AdminServer.start(options, running.inside.ports()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(running.server.address().toString())
        .hasMessageContaining("--admin");
  }

  @Test
  void keepsItsTokenToTheOwner(@TempDir Path folder) throws IOException {
    AdminToken first = AdminToken.load(folder);
    Path file = folder.resolve(AdminToken.FILE);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(AdminToken.load(folder).value()).isEqualTo(first.value());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.writeString(file, "");
    assertThat(AdminToken.load(folder).value()).isNotEqualTo(first.value()).hasSize(43);
    assertThat(first.toString()).doesNotContain(first.value());
  }

  @Test
  void letsAnInstanceReportForItselfOnly() {
    InstanceId one = FakeInside.SHOP_1;
    InstanceId two = InstanceId.parse("shop-2").orElseThrow();
    String url = Running.TOKEN.pushUrl(running.server.address(), one);
    String path = url.substring(("http://" + running.server.address()).length());
    assertThat(
            running
                .raw(
                    "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                    new byte[0])
                .status())
        .isEqualTo(200);
    assertThat(running.call("POST", path + "?status=fail", List.of(), "disk slow\nmore").status())
        .isEqualTo(200);
    assertThat(running.inside.pushes).containsExactly("shop-1 true ", "shop-1 false disk slow");
    assertThat(running.call("POST", path.replace("shop-1", "shop-2"), List.of(), "").status())
        .isEqualTo(404);
    assertThat(Running.TOKEN.pushUrl(running.server.address(), two)).isNotEqualTo(url);
    assertThat(running.call("GET", path, List.of(), "").status()).isEqualTo(405);
    assertThat(running.inside.pushes).hasSize(2);
  }
}
