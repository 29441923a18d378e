package io.mainstay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstay.cli.MachineReport.Level;
import io.mainstay.cli.UpRunner.ClusterOptions;
import io.mainstay.cli.UpRunner.Joining;
import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.Status;
import io.mainstay.ports.SpecReader;
import io.mainstay.server.cluster.ClusterFindings;
import io.mainstay.spec.YamlSpecReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers on 127.0.0.k over a ZooKeeper server of its own, as somebody else would run it. */
@Tag("integration")
class ExternalEnsembleClusterTest {
  @TempDir Path folder;
  private final List<Server> servers = new ArrayList<>();
  private Process zookeeper;
  private String ensemble;

  @BeforeEach
  void begin() throws IOException {
    int port = freePort();
    ensemble = "zk://127.0.0.1:" + port + "/team/apps";
    zookeeper = zookeeper(port);
  }

  private Process zookeeper(int port) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx64m",
            "-Dzookeeper.admin.enableServer=false",
            "-cp",
            System.getProperty("java.class.path"),
            "org.apache.zookeeper.server.ZooKeeperServerMain",
            Integer.toString(port),
            folder.resolve("zookeeper").toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("zookeeper.txt").toFile())
        .start();
  }

  @AfterEach
  void end() throws Exception {
    for (Server server : servers.reversed()) {
      server.stop(false, Actor.SYSTEM, "the test ends");
      server.hurry();
      server.end();
    }
    zookeeper.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private ServerOptions options(String name, String host, Optional<Joining> joining)
      throws IOException {
    return new ServerOptions(
        Optional.empty(),
        folder.resolve(name),
        new Address("127.0.0.1", freePort()),
        new NodeName(name),
        new ClusterOptions(
            Optional.of(host),
            new LinkedHashMap<>(),
            7071,
            joining.isPresent() ? Optional.empty() : Optional.of(ensemble),
            Optional.empty(),
            false,
            false),
        joining);
  }

  private Deployment deployment() {
    return deployment(
        "services: {nap: {run: sleep 1000, replicas: 2, port: none, ready-after: 100ms}}");
  }

  private Deployment deployment(String yaml) {
    SpecReader.Outcome outcome = new YamlSpecReader().read(yaml, "test.yaml", folder);
    return ((SpecReader.Outcome.Valid) outcome).deployment();
  }

  private Server start(ServerOptions options, Optional<Deployment> deployment) throws StartFailure {
    Server server = new Server(options, deployment);
    server.start();
    servers.add(server);
    return server;
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static int serving(Server server) {
    return server.status().services().stream().mapToInt(Status.ServiceStatus::serving).sum();
  }

  private String token(Server server, String data) throws Exception {
    String answer = ask(server, data, "POST", "/api/v1/cluster/tokens", "application/json", "{}");
    Matcher token = Pattern.compile("mst1\\.[A-Za-z0-9_-]+").matcher(answer);
    assertThat(token.find()).as(answer).isTrue();
    return token.group();
  }

  private String ask(
      Server server, String data, String method, String path, String type, String body)
      throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      String token = Files.readString(folder.resolve(data).resolve("admin.token")).strip();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://" + server.admin() + path))
              .header("Authorization", "Bearer " + token)
              .header("Content-Type", type)
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
      return answer.body();
    }
  }

  private Joining at(ServerOptions first, String host, String token) {
    return new Joining(new Address(host, first.admin().port()), Optional.of(token));
  }

  @Test
  void carriesAClusterOfServersThatCarryNothingThemselves() throws Exception {
    ServerOptions one = options("one", "127.0.0.11", Optional.empty());
    Server first = start(one, Optional.of(deployment()));
    await("both on one", () -> serving(first) == 2);
    ServerOptions two =
        options("two", "127.0.0.12", Optional.of(at(one, "127.0.0.11", token(first, "one"))));
    Server second = start(two, Optional.empty());
    await("two nodes", () -> second.status().nodes().size() == 2);
    await("both seen by two", () -> serving(second) == 2);
    // A token of the second is good at the first: the ensemble keeps it.
    ServerOptions three =
        options("three", "127.0.0.13", Optional.of(at(one, "127.0.0.11", token(second, "two"))));
    Server third = start(three, Optional.empty());
    await("three nodes", () -> first.status().nodes().size() == 3 && serving(third) == 2);
    assertThat(Files.exists(folder.resolve("three/cluster/members.json"))).isFalse();
    assertThat(ClusterFindings.of(folder.resolve("three"), Instant.now()))
        .extracting(finding -> finding.subject() + " " + finding.level())
        .containsExactly("certificate of this node " + Level.OK, "coordination " + Level.OK);

    // Nothing stops while the ensemble is away.
    TreeSet<Long> before = pids(first);
    zookeeper.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    await("it is noticed", () -> first.status().leader().isEmpty() || !first.ready());
    assertThat(pids(first)).isEqualTo(before);
    assertThat(ClusterFindings.of(folder.resolve("three"), Instant.now()).getLast().level())
        .isEqualTo(Level.FAILED);
    zookeeper = zookeeper(Integer.parseInt(ensemble.replaceAll(".*:(\\d+)/.*", "$1")));
    await("somebody decides again", () -> first.status().leader().isPresent());
    assertThat(pids(first)).isEqualTo(before);
  }

  private static TreeSet<Long> pids(Server server) {
    TreeSet<Long> pids = new TreeSet<>();
    server
        .status()
        .services()
        .forEach(service ->
            service
                .instances()
                .forEach(instance -> instance.pid().ifPresent(pid -> pids.add(pid))));
    return pids;
  }

  /** The gateway of one wants a standby; the only one is frozen on two. */
  @Test
  void thawsTheWarmStandbyOfAnotherMachine() throws Exception {
    int listener = freePort();
    String jwebserver = Path.of(System.getProperty("java.home"), "bin", "jwebserver").toString();
    String web =
        """
        services:
          web:
            run: %s -b ${MAINSTAY_ADDRESS} -p ${PORT} -d %s
            listen: "127.0.0.1:%d"
            replicas: 1
            standby: {count: 1, mode: warm}
            health: /
            restart: {on: never}
        """
            .formatted(jwebserver, folder.toAbsolutePath(), listener);
    ServerOptions one = options("one", "127.0.0.11", Optional.empty());
    Server first = start(one, Optional.of(deployment()));
    await("one decides", first::ready);
    Server second =
        start(
            options("two", "127.0.0.12", Optional.of(at(one, "127.0.0.11", token(first, "one")))),
            Optional.empty());
    await("two nodes", () -> second.status().nodes().size() == 2);
    ask(first, "one", "PUT", "/api/v1/spec", "application/yaml", web);
    await(
        "one serves, one waits on the other node",
        () ->
            first.status().services().stream()
                .anyMatch(service -> service.serving() == 1 && service.standby() == 1));
    List<Status.InstanceStatus> before = first.status().services().getFirst().instances();
    Status.InstanceStatus serving =
        before.stream()
            .filter(instance -> instance.role() == Role.SERVING)
            .findFirst()
            .orElseThrow();
    Status.InstanceStatus standby =
        before.stream()
            .filter(instance -> instance.role() == Role.STANDBY)
            .findFirst()
            .orElseThrow();
    assertThat(standby.node()).isNotEqualTo(serving.node());
    ProcessHandle.of(serving.pid().orElseThrow()).orElseThrow().destroyForcibly();
    long begin = System.nanoTime();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener + "/")).build();
      await(
          "an answer of the standby",
          () -> {
            try {
              return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode()
                  == 200;
            } catch (IOException | InterruptedException e) {
              return false;
            }
          });
    }
    assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(20));
  }

  @Test
  void doesNotMixTwoClusters() throws Exception {
    start(options("one", "127.0.0.11", Optional.empty()), Optional.of(deployment()));
    Server stranger =
        new Server(options("two", "127.0.0.12", Optional.empty()), Optional.of(deployment()));
    assertThatThrownBy(stranger::start)
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("holds the state of another cluster")
        .hasMessageContaining("mainstay join");
  }

  @Test
  void doesNotGoOnWithAnotherStateThanTheClusters() throws Exception {
    ServerOptions options = options("one", "127.0.0.11", Optional.empty());
    Server first = start(options, Optional.of(deployment()));
    await("it decides", first::ready);
    first.stop(false, Actor.SYSTEM, "for the test");
    first.end();
    servers.clear();
    ensemble = ensemble.replace("/team/apps", "/elsewhere");
    assertThatThrownBy(
            new Server(options("one", "127.0.0.11", Optional.empty()), Optional.empty())::start)
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("does not hold the state of this cluster");
  }
}
