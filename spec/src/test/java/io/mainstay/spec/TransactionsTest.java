package io.mainstay.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Business;
import io.mainstay.model.spec.Checks.StatusRange;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.Remedy;
import io.mainstay.model.spec.RestorePolicy;
import io.mainstay.model.spec.TransactionSpec;
import io.mainstay.model.spec.TransactionSpec.Action;
import io.mainstay.model.spec.TransactionSpec.Source;
import io.mainstay.ports.SpecReader.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TransactionsTest {
  private static final String BUY =
      """
      services:
        payments: {run: y, listen: 8081}
        shop:
          run: x
          listen: 8080
          fallback: {status: 503}
          when-failing: [restart, isolate, divert, shutdown]
          restore: {after: 5, share: [20%, 100%], every: 1m}
          transactions:
            buy:
              every: 5s
              within: 2s
              fall: 3
              steps:
                - http: POST /cart
                  json: {sku: probe-1, count: 2, deep: [true, null, 1.5, "${TOKEN}"]}
                  expect: {status: 201, headers: {X-A: b}, body: ok}
                  capture: {cart: $.id, where: header Location, code: "regex code=(\\\\d+)"}
                - name: pay
                  http: POST /cart/${cart}/pay
                  service: payments
                  body: ${where}
                  within: 500ms
                  expect: {status: 200, json: {$.state: paid}}
                - sql:
                    url: "jdbc:postgresql://127.0.0.1/shop"
                    query: "select state from orders where cart = ?"
                    with: ["${cart}"]
                    expect: paid
                    capture: state
                - run: check ${state}
                  capture: line
                - wait: 500ms
              cleanup:
                - http: DELETE /cart/${cart}?was=${line}
      """;

  @Test
  void readsEveryKindOfStep() {
    TransactionSpec buy = shop(BUY).transactions().getFirst();
    assertThat(buy.name()).isEqualTo("buy");
    assertThat(buy.every()).hasSeconds(5);
    assertThat(buy.within()).hasSeconds(2);
    assertThat(buy.fall()).isEqualTo(3);
    assertThat(buy.steps())
        .extracting(TransactionSpec.Step::label)
        .containsExactly("POST /cart", "pay", "sql", "run check", "wait");
    Action.Http cart = (Action.Http) buy.steps().getFirst().action();
    assertThat(cart.method()).isEqualTo("POST");
    assertThat(cart.target()).isEqualTo("/cart");
    assertThat(cart.body())
        .contains("{\"sku\":\"probe-1\",\"count\":2,\"deep\":[true,null,1.5,\"${TOKEN}\"]}");
    assertThat(cart.headers()).containsExactly(Map.entry("Content-Type", "application/json"));
    assertThat(cart.expect().status()).containsExactly(new StatusRange(201, 201));
    assertThat(cart.expect().headers()).containsExactly(Map.entry("X-A", "b"));
    assertThat(cart.expect().body()).contains("ok");
    assertThat(cart.capture())
        .containsExactly(
            Map.entry("cart", new Source.Json("$.id")),
            Map.entry("where", new Source.Header("Location")),
            Map.entry("code", new Source.Match("code=(\\d+)")));
    Action.Http pay = (Action.Http) buy.steps().get(1).action();
    assertThat(pay.service()).contains(new ServiceName("payments"));
    assertThat(pay.expect().json()).containsExactly(Map.entry("$.state", "paid"));
    assertThat(buy.steps().get(1).within()).contains(Duration.ofMillis(500));
    assertThat(buy.steps().get(2).action())
        .isEqualTo(
            new Action.Sql(
                "jdbc:postgresql://127.0.0.1/shop",
                "select state from orders where cart = ?",
                List.of("${cart}"),
                Optional.of("paid"),
                Optional.of("state")));
    assertThat(buy.steps().get(3).action())
        .isEqualTo(new Action.Run(List.of("check", "${state}"), Optional.of("line")));
    assertThat(buy.steps().get(4).action()).isEqualTo(new Action.Wait(Duration.ofMillis(500)));
    assertThat(((Action.Http) buy.cleanup().getFirst().action()).expect().status())
        .containsExactly(new StatusRange(200, 299));
  }

  @Test
  void readsCallsOfGrpc() {
    String file =
        """
        services:
          shop:
            run: x
            transactions:
              buy:
                steps:
                  - grpc: /shop.v1.Cart/Pay
                    to: "https://pay.example:443"
                    json: {cart: "${CART}"}
                    headers: {Authorization: x}
                    descriptors: shop.pb
                    expect: {status: [OK, 5], json: {$.state: paid}}
                    capture: {id: $.receipt}
                  - grpc: shop.v1.Cart/Pay
        """;
    Action.Grpc first = (Action.Grpc) shop(file).transactions().getFirst().steps().get(0).action();
    assertThat(first.method()).isEqualTo("shop.v1.Cart/Pay");
    assertThat(first.to()).contains("https://pay.example:443");
    assertThat(first.message()).isEqualTo("{\"cart\":\"${CART}\"}");
    assertThat(first.headers()).containsExactly(Map.entry("authorization", "x"));
    assertThat(first.descriptors()).contains("shop.pb");
    assertThat(first.expect().status())
        .containsExactly(new StatusRange(0, 0), new StatusRange(5, 5));
    assertThat(first.capture()).containsExactly(Map.entry("id", new Source.Json("$.receipt")));
    Action.Grpc second = (Action.Grpc) shop(file).transactions().getFirst().steps().get(1).action();
    assertThat(second.message()).isEqualTo("{}");
    assertThat(second.expect().status()).containsExactly(new StatusRange(0, 0));
    JsonModelCodec codec = new JsonModelCodec();
    assertThat(codec.read(codec.write(valid(file)), Deployment.class)).isEqualTo(valid(file));
  }

  @Test
  void readsRemediesAndTheWayBack() {
    Business business = shop(BUY);
    assertThat(business.whenFailing())
        .containsExactly(Remedy.RESTART, Remedy.ISOLATE, Remedy.DIVERT, Remedy.SHUTDOWN);
    assertThat(business.restore())
        .isEqualTo(
            new RestorePolicy(
                RestorePolicy.Mode.AUTOMATIC, 5, List.of(0.2, 1.0), Duration.ofMinutes(1)));
    assertThat(shop("services: {shop: {run: x, restore: manual}}").restore().mode())
        .isEqualTo(RestorePolicy.Mode.MANUAL);
    assertThat(shop("services: {shop: {run: x}}")).isEqualTo(Business.NONE);
    assertThat(shop("services: {shop: {run: x, when-failing: []}}").whenFailing()).isEmpty();
  }

  @Test
  void comesBackFromJson() {
    JsonModelCodec codec = new JsonModelCodec();
    Deployment deployment = valid(BUY);
    byte[] bytes = codec.write(deployment);
    assertThat(codec.read(bytes, Deployment.class)).isEqualTo(deployment);
  }

  /** As a data folder has it that was written when there was only the fallback. */
  @Test
  void readsWhatWasWrittenWithTheFallbackOnly() {
    JsonModelCodec codec = new JsonModelCodec();
    Deployment deployment = valid("services: {shop: {run: x, fallback: {status: 503}}}");
    String before =
        new String(codec.write(deployment), StandardCharsets.UTF_8)
            .replaceFirst(",\"transactions\":\\[].*?\"every\":\"PT10S\"}", "");
    assertThat(before).doesNotContain("transactions", "whenFailing", "restore");
    assertThat(codec.read(before.getBytes(StandardCharsets.UTF_8), Deployment.class))
        .isEqualTo(deployment);
  }

  private static Business shop(String text) {
    return valid(text).service(new ServiceName("shop")).orElseThrow().business();
  }

  private static Deployment valid(String text) {
    Outcome outcome = new YamlSpecReader().read(text, "f", Path.of("/srv"));
    assertThat(outcome).isInstanceOf(Outcome.Valid.class);
    return ((Outcome.Valid) outcome).deployment();
  }
}
