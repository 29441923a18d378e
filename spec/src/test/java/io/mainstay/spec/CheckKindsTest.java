package io.mainstay.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.Checks.Check;
import io.mainstay.model.spec.Checks.Empty;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.model.spec.Checks.Relation;
import io.mainstay.ports.SpecReader.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckKindsTest {
  @Test
  void readsTheOtherKindsOfChecks() {
    assertThat(probe("agent: {port: 9999, send: \"shop\"}"))
        .isEqualTo(new Probe.Agent(9999, Optional.of("shop")));
    assertThat(probe("grpc: {}")).isEqualTo(new Probe.Grpc("", OptionalInt.empty()));
    assertThat(probe("grpc: {service: \"\"}")).isEqualTo(new Probe.Grpc("", OptionalInt.empty()));
    assertThat(probe("grpc: {service: 'shop.${NAME}', port: 9090}"))
        .isEqualTo(new Probe.Grpc("shop.${NAME}", OptionalInt.of(9090)));
    assertThat(probe("certificate: {}"))
        .isEqualTo(
            new Probe.Certificate(
                OptionalInt.empty(), Optional.empty(), Duration.ofDays(21), Duration.ofDays(3)));
    assertThat(probe("certificate: {port: 8443, server-name: a.org, warn: 7d, fail: 1d}"))
        .isEqualTo(
            new Probe.Certificate(
                OptionalInt.of(8443),
                Optional.of("a.org"),
                Duration.ofDays(7),
                Duration.ofDays(1)));
    assertThat(probe("file: {path: \"backup-${PORT}\", max-age: 1d, min-size: 1KiB}"))
        .isEqualTo(new Probe.File("backup-${PORT}", true, Optional.of(Duration.ofDays(1)), 1024));
    assertThat(probe("file: {path: maintenance, exists: false}"))
        .isEqualTo(new Probe.File("maintenance", false, Optional.empty(), 0));
    assertThat(probe("promql: {query: up, expect: \">= -0.5\", empty: fail}"))
        .isEqualTo(
            new Probe.Promql("http://127.0.0.1:9090", "up", Relation.AT_LEAST, -0.5, Empty.FAIL));
    assertThat(probe("promql: {url: \"http://[::1]:80/p\", query: up, expect: \"<3\"}"))
        .isEqualTo(new Probe.Promql("http://[::1]:80/p", "up", Relation.BELOW, 3, Empty.UNKNOWN));
    assertThat(probe("sql: {url: \"jdbc:x:${DB}\", query: select 1}"))
        .isEqualTo(new Probe.Sql("jdbc:x:${DB}", "select 1", List.of(), Optional.empty()));
    assertThat(probe("sql: {url: 'jdbc:x', query: select ?, with: [7], expect: 7}"))
        .isEqualTo(new Probe.Sql("jdbc:x", "select ?", List.of("7"), Optional.of("7")));
    assertThat(probe("log: {pattern: 'ERROR|OOM'}"))
        .isEqualTo(new Probe.Log("ERROR|OOM", Optional.empty(), Optional.empty(), false));
    assertThat(probe("log: {pattern: up, file: 'a-${PORT}.log', ignore: x, expect: present}"))
        .isEqualTo(new Probe.Log("up", Optional.of("a-${PORT}.log"), Optional.of("x"), true));
    assertThat(probe("jvm: {}")).isEqualTo(new Probe.Jvm(true, 0.5, Duration.ofSeconds(10)));
    assertThat(probe("jvm: {deadlock: false, gc: 80%, window: 1m}"))
        .isEqualTo(new Probe.Jvm(false, 0.8, Duration.ofMinutes(1)));
    assertThat(probe("grpc: {tls: true}"))
        .isEqualTo(new Probe.Tls(new Probe.Grpc("", OptionalInt.empty()), Optional.empty()));
    assertThat(probe("tcp: {tls: true, server-name: shop.example}"))
        .isEqualTo(
            new Probe.Tls(
                new Probe.Tcp(Optional.empty(), Optional.empty()), Optional.of("shop.example")));
    assertThat(probe("http: {tls: true}"))
        .isInstanceOfSatisfying(
            Probe.Tls.class, tls -> assertThat(tls.inside()).isInstanceOf(Probe.Http.class));
    assertThat(probe("disk: {warn: 20%}"))
        .isEqualTo(
            new Probe.Disk(
                ".",
                new Probe.Room(new Amount.Share(0.2), 0.1),
                new Probe.Room(new Amount.Share(0.05), 0.05)));
    assertThat(probe("disk: {warn: 5%, fail: 1GiB, inodes: {warn: 3%, fail: 0%}}"))
        .isEqualTo(
            new Probe.Disk(
                ".",
                new Probe.Room(new Amount.Share(0.05), 0.03),
                new Probe.Room(new Amount.Count(1L << 30), 0)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "agent: {} | agent.port",
        "agent: {port: 0} | agent.port",
        "certificate: {warn: 1d, fail: 2d} | certificate.fail",
        "certificate: {server-name: 'a b'} | certificate.server-name",
        "promql: {query: up} | promql.expect",
        "promql: {query: up, expect: high} | promql.expect",
        "promql: {query: up, expect: '< 1', url: 'https://a:1'} | promql.url",
        "promql: {query: up, expect: '< 1', url: 'http://a:99999'} | promql.url",
        "promql: {query: up, expect: '< 1', url: 'http://a:1/^'} | promql.url",
        "file: {} | file.path",
        "file: {path: x, exists: false, max-age: 1s} | file.exists",
        "jvm: {deadlock: false, gc: 100%} | jvm.deadlock",
        "log: {file: x} | log.pattern",
        "log: {pattern: 'a('} | log.pattern",
        "log: {pattern: a, expect: never} | log.expect",
        "jvm: {window: 0s} | jvm.window",
        "sql: {query: select 1} | sql.url",
        "sql: {url: 'jdbc:x'} | sql.query",
        "disk: {warn: 5%, fail: 10%} | disk.fail",
        "http: {server-name: shop.example} | http.server-name",
        "grpc: {tls: maybe} | grpc.tls",
        "tcp: {tls: true, server-name: 'a b'} | tcp.server-name",
        "disk: {fail: 101%} | disk.fail",
        "disk: {warn: 1GiB, fail: 2GiB} | disk.fail",
        "disk: {fail: 5} | disk.fail",
        "disk: {inodes: {fail: 20%}} | disk.inodes.fail",
      })
  void refusesThemWrittenWrong(String check, String key) {
    Outcome outcome = read(check, "");
    assertThat(outcome).isInstanceOf(Outcome.Invalid.class);
    assertThat(((Outcome.Invalid) outcome).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.describe()).contains("checks.ready." + key));
  }

  @Test
  void oneLineInALogIsEnough() {
    assertThat(check("log: {pattern: x}, every: 1s").fall()).isEqualTo(1);
    assertThat(check("log: {pattern: x}, fall: 2").fall()).isEqualTo(2);
    assertThat(check("disk: {}").fall()).isEqualTo(3);
  }

  @Test
  void refusesWhatCannotWork() {
    String same = "log: {pattern: x}";
    assertThat(whole("{run: x, checks: {ready: {" + same + "}, live: {" + same + "}}}"))
        .isInstanceOf(Outcome.Invalid.class);
    String upstreams = "{upstreams: ['127.0.0.1:1'], checks: {ready: {";
    assertThat(whole(upstreams + "jvm: {}}}}")).isInstanceOf(Outcome.Invalid.class);
    assertThat(whole(upstreams + same + "}}}")).isInstanceOf(Outcome.Invalid.class);
    assertThat(whole(upstreams + "log: {pattern: x, file: y}}}}"))
        .isInstanceOf(Outcome.Valid.class);
  }

  @Test
  void looksAtFilesAndDisksWithoutAPort() {
    assertThat(read("file: {path: x}", "port: none, ")).isInstanceOf(Outcome.Valid.class);
    assertThat(read("disk: {}", "port: none, ")).isInstanceOf(Outcome.Valid.class);
    assertThat(read("sql: {url: 'jdbc:x', query: x}", "port: none, "))
        .isInstanceOf(Outcome.Valid.class);
    assertThat(read("jvm: {}", "port: none, ")).isInstanceOf(Outcome.Valid.class);
    assertThat(read("agent: {port: 1}", "port: none, ")).isInstanceOf(Outcome.Invalid.class);
    assertThat(read("certificate: {}", "port: none, ")).isInstanceOf(Outcome.Invalid.class);
  }

  private static Probe probe(String check) {
    Outcome outcome = read(check, "");
    assertThat(outcome).as(outcome.toString()).isInstanceOf(Outcome.Valid.class);
    return ready(outcome).probe();
  }

  private static Check check(String check) {
    return ready(read(check, ""));
  }

  private static Check ready(Outcome outcome) {
    return ((Outcome.Valid) outcome)
        .deployment()
        .services()
        .getFirst()
        .checks()
        .ready()
        .orElseThrow();
  }

  private static Outcome read(String check, String keys) {
    return whole("{run: x, " + keys + "checks: {ready: {" + check + "}}}");
  }

  private static Outcome whole(String service) {
    String text = "services: {shop: " + service + "}";
    return new YamlSpecReader().read(text, "mainstay.yaml", Path.of("/srv/shop"));
  }
}
