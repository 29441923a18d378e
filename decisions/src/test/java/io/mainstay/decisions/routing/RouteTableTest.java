package io.mainstay.decisions.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.ListenerSpec.Route;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {
  @Test
  void firstMatchingRouteWins() {
    RouteTable table = table(path("/api/*", "orders"), path("/api/v2/*", "newer"), any("shop"));

    assertThat(service(table, "a", "/api/v2/x", "GET")).isEqualTo("orders");
    assertThat(service(table, "a", "/", "GET")).isEqualTo("shop");
  }

  @Test
  void noMatchIsNone() {
    RouteTable table = table(path("/api/*", "orders"));

    assertThat(service(table, "a", "/shop", "GET")).isEqualTo("none");
  }

  @ParameterizedTest
  @CsvSource({
    "/api, true",
    "/api/, true",
    "/api/x, true",
    "/api?x=/y, true",
    "/api/x?y, true",
    "/apis, false",
    "/ap, false",
    "/API, false",
    "/%61pi, false",
    "//api, false",
    "/x/../api, false",
    "/api/../x, true",
    "*, false",
  })
  void prefixMatchesTheRawPathOnly(String target, boolean matches) {
    RouteTable table = table(path("/api/*", "orders"));

    assertThat(service(table, "a", target, "GET")).isEqualTo(matches ? "orders" : "none");
  }

  @ParameterizedTest
  @CsvSource({"/, true", "/x, true", "/x/y?z, true", "*, false"})
  void slashStarMatchesEveryPath(String target, boolean matches) {
    RouteTable table = table(path("/*", "shop"));

    assertThat(service(table, "a", target, "OPTIONS")).isEqualTo(matches ? "shop" : "none");
  }

  @Test
  void exactPathMatchesOnlyItself() {
    RouteTable table = table(path("/health", "shop"));

    assertThat(service(table, "a", "/health?deep", "GET")).isEqualTo("shop");
    assertThat(service(table, "a", "/health/", "GET")).isEqualTo("none");
  }

  @ParameterizedTest
  @CsvSource({
    "shop.example.com, true",
    "SHOP.Example.com:8443, true",
    "shop.example.com., true",
    "shop.example.com.:80, true",
    "xshop.example.com, false",
    "example.com, false",
    "'', false",
  })
  void hostIsComparedWithoutPortAndCase(String host, boolean matches) {
    RouteTable table = table(route(Optional.of("shop.example.com"), "", List.of(), "shop"));

    assertThat(service(table, host, "/", "GET")).isEqualTo(matches ? "shop" : "none");
  }

  @Test
  void addressInBracketsIsAHostToo() {
    RouteTable table = table(route(Optional.of("::1"), "", List.of(), "shop"));

    assertThat(service(table, "[::1]:8080", "/", "GET")).isEqualTo("shop");
    assertThat(service(table, "[::1]", "/", "GET")).isEqualTo("shop");
  }

  @Test
  void methodIsExact() {
    RouteTable table = table(route(Optional.empty(), "", List.of("GET", "HEAD"), "shop"));

    assertThat(service(table, "a", "/", "HEAD")).isEqualTo("shop");
    assertThat(service(table, "a", "/", "GETS")).isEqualTo("none");
    assertThat(service(table, "a", "/", "POST")).isEqualTo("none");
  }

  @Test
  void headersMustAllHaveTheirValue() {
    LinkedHashMap<String, String> headers = new LinkedHashMap<>(Map.of("x-beta", "1"));
    Route beta =
        new Route(
            Optional.empty(),
            Optional.empty(),
            List.of(),
            headers,
            new ServiceName("beta"),
            Optional.empty());
    RouteTable table = table(beta);

    assertThat(table.match("a", "/", "GET", Map.of("x-beta", "1")::get)).isSameAs(beta);
    assertThat(table.match("a", "/", "GET", Map.of("x-beta", "2")::get)).isNull();
    assertThat(table.match("a", "/", "GET", name -> null)).isNull();
  }

  private static String service(RouteTable table, String host, String target, String method) {
    Route route = table.match(host, target, method, name -> null);
    return route == null ? "none" : route.service().value();
  }

  private static Route any(String service) {
    return route(Optional.empty(), "", List.of(), service);
  }

  private static Route path(String path, String service) {
    return route(Optional.empty(), path, List.of(), service);
  }

  private static Route route(
      Optional<String> host, String path, List<String> methods, String service) {
    return new Route(
        host,
        Optional.of(path).filter(text -> !text.isEmpty()),
        methods,
        new LinkedHashMap<>(),
        new ServiceName(service),
        Optional.empty());
  }

  private static RouteTable table(Route... routes) {
    return RouteTable.compile(
        new ListenerSpec(
            "public",
            new Address("127.0.0.1", 0),
            ListenerSpec.Protocol.HTTP,
            Optional.empty(),
            new ListenerSpec.Limits(1024, 1024, Duration.ofSeconds(1), Duration.ofSeconds(1), 10),
            List.of(routes)));
  }
}
