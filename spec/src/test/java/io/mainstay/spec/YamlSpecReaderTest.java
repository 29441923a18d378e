package io.mainstay.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.GroupStrategy;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.ServiceSpec.Replicas;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.spec.TrafficPolicy.Failure;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.spec.Workload.EnvironmentValue;
import io.mainstay.ports.SpecReader.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class YamlSpecReaderTest {
  private static Deployment read(String text) {
    Outcome outcome = new YamlSpecReader().read(text, "mainstay.yaml", Path.of("/srv/shop"));
    assertThat(outcome).isInstanceOf(Outcome.Valid.class);
    return ((Outcome.Valid) outcome).deployment();
  }

  private static ServiceSpec service(String keys) {
    return read("services:\n  shop:\n" + keys.indent(4)).services().getFirst();
  }

  private static Workload.Run run(String keys) {
    return (Workload.Run) service(keys).workload();
  }

  @Test
  void readsTheShortExample() {
    Deployment deployment =
        read(
            """
            services:
              shop:
                run: java Shop.java --port ${PORT}
                listen: 8080
                replicas: 3
                standby: 1
                health: /healthz
            """);
    ServiceSpec shop = deployment.service(new ServiceName("shop")).orElseThrow();
    assertThat(((Workload.Run) shop.workload()).command())
        .containsExactly("java", "Shop.java", "--port", "${PORT}");
    assertThat(((Workload.Run) shop.workload()).directory()).isEqualTo(Path.of("/srv/shop"));
    assertThat(shop.replicas()).isEqualTo(new Replicas(3, 3));
    assertThat(shop.standby().count()).isEqualTo(1);
    assertThat(((Probe.Http) shop.checks().ready().orElseThrow().probe()).path())
        .isEqualTo("/healthz");
    ListenerSpec listener = deployment.listeners().getFirst();
    assertThat(listener.name()).isEqualTo("shop");
    assertThat(listener.bind()).isEqualTo(new Address("0.0.0.0", 8080));
    assertThat(listener.protocol()).isEqualTo(ListenerSpec.Protocol.HTTP);
    assertThat(listener.routes())
        .singleElement()
        .satisfies(route -> {
          assertThat(route.service()).isEqualTo(shop.name());
          assertThat(route.path()).isEmpty();
        });
  }

  @Test
  void takesAPathOfHealthWithOtherKeysOfTheCheck() {
    var ready =
        service("run: x\nhealth: /h\nchecks: {ready: {every: 5s, http: {method: HEAD}}}")
            .checks()
            .ready()
            .orElseThrow();
    assertThat(ready.every()).hasSeconds(5);
    assertThat(((Probe.Http) ready.probe()).path()).isEqualTo("/h");
    assertThat(((Probe.Http) ready.probe()).method()).isEqualTo("HEAD");
    assertThat(service("run: x\nchecks: {ready: {fall: 7}}").checks().ready().orElseThrow())
        .satisfies(check -> assertThat(check.fall()).isEqualTo(7))
        .satisfies(check -> assertThat(check.probe()).isInstanceOf(Probe.Tcp.class));
  }

  @Test
  void connectsWithoutAnyCheckAndWaitsWithoutAPort() {
    assertThat(service("run: x").checks().ready().orElseThrow().probe())
        .isEqualTo(new Probe.Tcp(Optional.empty(), Optional.empty()));
    ServiceSpec portless = service("run: x\nport: none\nready-after: 3s");
    assertThat(portless.checks().ready()).isEmpty();
    assertThat(portless.port()).isEqualTo(new PortPolicy.None());
    assertThat(portless.readyAfter()).hasSeconds(3);
  }

  @Test
  void listensForTcpWhereTheServiceSpeaksIt() {
    ListenerSpec listener =
        read("services: {db: {run: x, protocol: tcp, listen: \"[::1]:5432\"}}")
            .listeners()
            .getFirst();
    assertThat(listener.protocol()).isEqualTo(ListenerSpec.Protocol.TCP);
    assertThat(listener.bind()).isEqualTo(new Address("::1", 5432));
  }

  @Test
  void countsUpstreams() {
    ServiceSpec lite =
        service("upstreams: [\"127.0.0.1:9001\", \"b.example:9002\", \"[::1]:9003\"]\nstandby: 1");
    assertThat(lite.replicas()).isEqualTo(new Replicas(2, 2));
    assertThat(lite.standby().count()).isEqualTo(1);
    assertThat(((Workload.Upstreams) lite.workload()).addresses())
        .extracting(Address::toString)
        .containsExactly("127.0.0.1:9001", "b.example:9002", "[::1]:9003");
    assertThat(lite.port()).isEqualTo(new PortPolicy.None());
    assertThat(lite.checks().ready()).isPresent();
  }

  @Test
  void readsCommandsAndHooksInEveryForm() {
    assertThat(run("run: [java, -p, 80, true]").command())
        .containsExactly("java", "-p", "80", "true");
    assertThat(run("run: >-\n  java\n  -x").command()).containsExactly("java", "-x");
    var hooks =
        service("run: x\nhooks: {setup: a b, start: [a, b], stop: {run: a b, timeout: 5s}}")
            .hooks();
    assertThat(hooks.setup().orElseThrow().command()).containsExactly("a", "b");
    assertThat(hooks.start().orElseThrow().command()).containsExactly("a", "b");
    assertThat(hooks.stop().orElseThrow().timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(hooks.drain()).isEmpty();
  }

  @Test
  void readsTheEnvironmentInOrder() {
    Workload.Run run =
        run(
            """
            run: x
            dir: app
            env: {Z: "1", A: 2.50, FLAG: true, S: {file: secrets/db}, C: {command: pass show db}}
            user: 1000
            limits: {memory: 1.5GiB, cpu: 0.5, files: 1024}
            """);
    assertThat(run.environment())
        .containsExactly(
            Map.entry("Z", new EnvironmentValue.Text("1")),
            Map.entry("A", new EnvironmentValue.Text("2.50")),
            Map.entry("FLAG", new EnvironmentValue.Text("true")),
            Map.entry("S", new EnvironmentValue.FromFile(Path.of("/srv/shop/secrets/db"))),
            Map.entry("C", new EnvironmentValue.FromCommand(List.of("pass", "show", "db"))));
    assertThat(run.directory()).isEqualTo(Path.of("/srv/shop/app"));
    assertThat(run.user()).contains("1000");
    assertThat(run.limits().memoryBytes()).hasValue(3L << 29);
    assertThat(run.limits().cpuCores()).hasValue(0.5);
  }

  @Test
  void scalesARangeOnTheLearnedLimitUnlessToldOtherwise() {
    var scale = service("run: x\nreplicas: {min: 2, max: 4}").scale().orElseThrow();
    assertThat(scale.concurrency()).contains(new Amount.Share(0.7));
    var cpu =
        service("run: x\nreplicas: {min: 2, max: 4}\nscale: {cpu: 60%, up-step: 2}")
            .scale()
            .orElseThrow();
    assertThat(cpu.concurrency()).isEmpty();
    assertThat(cpu.cpu()).contains(0.6);
    assertThat(cpu.upStep()).isEqualTo(new Amount.Count(2));
    assertThat(service("run: x\nreplicas: 4").scale()).isEmpty();
  }

  @Test
  void readsWhatTheGatewayNeeds() {
    var traffic =
        service(
                """
                run: x
                replicas: 2
                balance: least-time
                weights: {shop-2: 2}
                retries: {attempts: 1, on: [reset, 503, "502"], methods: []}
                concurrency: {per-instance: 8}
                slow-start: 0s
                """)
            .traffic();
    assertThat(traffic.weights()).containsExactly(Map.entry("shop-2", 2.0));
    assertThat(traffic.retries().on()).containsExactly(Failure.RESET);
    assertThat(traffic.retries().statuses()).containsExactly(503, 502);
    assertThat(traffic.retries().methods()).isEmpty();
    assertThat(traffic.concurrency().perInstance()).hasValue(8);
    assertThat(traffic.slowStart()).isZero();
  }

  @Test
  void readsListeners() {
    ListenerSpec web =
        read("""
        services: {shop: {run: x}}
        listeners:
          web:
            bind: 127.0.0.1:8443
            tls: {certificates: [{cert: tls/a.crt, key: /etc/a.key}]}
            limits: {header: 32KiB, connections: 50}
            routes:
              - {host: Shop.Example.com, path: /api/*, header: {X-Beta: 1}, service: shop}
              - {method: GET, service: shop, timeout: 10s}
        """)
            .listeners()
            .getFirst();
    assertThat(web.tls().orElseThrow().certificates())
        .containsExactly(
            new ListenerSpec.Certificate(Path.of("/srv/shop/tls/a.crt"), Path.of("/etc/a.key")));
    assertThat(web.limits().headerBytes()).isEqualTo(32 << 10);
    assertThat(web.routes().getFirst().host()).contains("shop.example.com");
    assertThat(web.routes().getFirst().headers()).containsExactly(Map.entry("x-beta", "1"));
    assertThat(web.routes().get(1).methods()).containsExactly("GET");
    assertThat(web.routes().get(1).timeout()).contains(Duration.ofSeconds(10));
  }

  @Test
  void mergesAnchorsWithTheServicesOwnKeysOnTop() {
    Deployment deployment =
        read(
            """
            x-java: &java {health: /h, replicas: 2, standby: {count: 1, mode: warm}}
            x-more: &more {replicas: 9, slow-start: 1s}
            services:
              a: {<<: *java, run: a}
              b: {<<: [*java, *more], run: b, health: /own}
            """);
    ServiceSpec a = deployment.services().getFirst();
    ServiceSpec b = deployment.services().getLast();
    assertThat(a.standby().mode()).isEqualTo(StandbyMode.WARM);
    assertThat(b.replicas().max()).isEqualTo(2);
    assertThat(b.traffic().slowStart()).hasSeconds(1);
    assertThat(((Probe.Http) b.checks().ready().orElseThrow().probe()).path()).isEqualTo("/own");
  }

  @Test
  void acceptsHarmlessValuesOfWhatComesLater() {
    assertThat(
            service(
                    """
                    run: x
                    exclusive: false
                    sticky: off
                    transactions: {}
                    flows: {}
                    when-failing: []
                    """)
                .name())
        .isEqualTo(new ServiceName("shop"));
  }

  @Test
  void readsWhatElseIsRunAnew() {
    assertThat(service("run: x").group()).isEqualTo(GroupStrategy.ONE_FOR_ONE);
    assertThat(service("run: x\ngroup: rest-for-one").group())
        .isEqualTo(GroupStrategy.REST_FOR_ONE);
  }

  @Test
  void acceptsAnEmptyDeployment() {
    assertThat(read("services: {}")).isEqualTo(Deployment.empty(Path.of("/srv/shop")));
  }

  /** Whoever starts an instance fills the variables in one after the other. */
  @Test
  void ordersVariablesSoThatEachComesBehindThoseThatItNames() {
    assertThat(
            run("""
            run: x
            env:
              URL: "http://${HOST:-${FALLBACK}}:${PORT}/"
              PATH: "/opt/bin:${PATH}"
              PLAIN: "$${HOST}"
              HOST: "${NODE}.example"
              TOKEN: {command: "get ${URL}"}
              NODE: n1
              FALLBACK: localhost
            """)
                .environment()
                .keySet())
        .containsExactly("NODE", "HOST", "FALLBACK", "URL", "PATH", "PLAIN", "TOKEN");
  }
}
