package io.mainstay.business;

import static io.mainstay.business.RunnerWorld.reason;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.mainstay.business.InstanceDirectory.Located;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Pin;
import io.mainstay.model.state.TransactionRun;
import io.mainstay.model.state.TransactionRun.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrpcStepsTest {
  private static final ServiceName SHOP = new ServiceName("shop");

  @TempDir Path folder;
  private RunnerWorld world;
  private GrpcShop shop;

  @BeforeEach
  void begin() throws IOException {
    world = new RunnerWorld(folder);
    shop = new GrpcShop(true);
    world.instances.add(located(1, shop, true));
  }

  @AfterEach
  void end() throws IOException {
    world.close();
    shop.close();
  }

  private static Located located(int number, GrpcShop shop, boolean serves) {
    return new Located(new InstanceId(SHOP, number), shop.address(), serves);
  }

  private TransactionRun run(String steps, Pin... pins) {
    return world.steps(steps).run(pins);
  }

  private static String header(Metadata metadata, String name) {
    return metadata.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
  }

  @Test
  void callsAnInstanceByWhatItsReflectionTells() {
    TransactionRun run =
        run(
            """
            [{grpc: shop.v1.Cart/Pay, json: {cartName: "a \\"b\\"", price_cents: 5},
              headers: {Authorization: Bearer x},
              expect: {status: OK, json: {$.state: paid, $.leftCents: 0}},
              capture: {receipt: $.receipt}},
             {grpc: shop.v1.Cart/Pay, json: {cart_name: "${receipt}"}, capture: {again: $.receipt}},
             {run: [test, "${again}", "=", 'of of a "b"']}]
            """);
    assertThat(run.passed()).as(run.toString()).isTrue();
    assertThat(run.steps().getFirst().label()).isEqualTo("grpc shop.v1.Cart/Pay");
    Metadata asked = shop.asked.getFirst();
    assertThat(header(asked, "authorization")).isEqualTo("Bearer x");
    assertThat(header(asked, "x-mainstay-transaction")).matches("[0-9a-f]{32}");
    assertThat(header(asked, "traceparent"))
        .startsWith("00-" + header(asked, "x-mainstay-transaction"));
    assertThat(header(asked, "grpc-timeout")).isNotNull();
  }

  @Test
  void takesInstancesThatServeInTurnAndThePinnedOneWhateverItsState() {
    try (GrpcShop second = new GrpcShop(true);
        GrpcShop isolated = new GrpcShop(true)) {
      world.instances.add(located(2, second, true));
      world.instances.add(located(3, isolated, false));
      String step = "[{grpc: shop.v1.Cart/Pay}]";
      for (int i = 0; i < 4; i++) {
        assertThat(run(step).passed()).isTrue();
      }
      assertThat(shop.asked).hasSize(2);
      assertThat(second.asked).hasSize(2);
      isolated.states(cart -> "UNAVAILABLE");
      TransactionRun run = run(step, Pin.to(new InstanceId(SHOP, 3)));
      assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
      assertThat(run.failure().orElseThrow().by()).contains(new InstanceId(SHOP, 3));
      assertThat(run.failure().orElseThrow().suspect()).isEqualTo(SHOP);
      assertThat(run(step, Pin.to(new InstanceId(SHOP, 9))).outcome()).isEqualTo(Outcome.UNKNOWN);
    }
  }

  @Test
  void saysHowACallEndedThatWasToEndOtherwise() {
    shop.states(cart -> "NOT_FOUND");
    assertThat(reason(run("[{grpc: shop.v1.Cart/Pay, json: {cartName: x}}]")))
        .isEqualTo("status NOT_FOUND, \"no cart \u00abx\u00bb\" instead of OK");
    assertThat(run("[{grpc: shop.v1.Cart/Pay, expect: {status: [OK, NOT_FOUND]}}]").passed())
        .isTrue();
    assertThat(run("[{grpc: shop.v1.Cart/Pay, expect: {status: 5}}]").passed()).isTrue();
    shop.states(cart -> "lost");
    assertThat(reason(run("[{grpc: shop.v1.Cart/Pay, expect: {json: {$.state: paid}}}]")))
        .isEqualTo("$.state is \"lost\" instead of \"paid\"");
  }

  @Test
  void endsAtItsTime() {
    shop.states(cart -> "hang");
    TransactionRun run = run("[{grpc: shop.v1.Cart/Pay, within: 300ms}]");
    assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(reason(run)).isEqualTo("no end within 300 ms");
    assertThat(run.failure().orElseThrow().by()).contains(new InstanceId(SHOP, 1));
  }

  @Test
  void whatDoesNotFitTheMethodBlamesNobody() {
    TransactionRun run = run("[{grpc: shop.v1.Cart/Pay, json: {cart: x}}]");
    assertThat(run.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(reason(run)).startsWith("json does not fit shop.v1.PayRequest: ");
    run = run("[{grpc: shop.v1.Cart/Steal}]");
    assertThat(run.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(reason(run)).isEqualTo("shop.v1.Cart has no method Steal (it has Pay, Watch)");
    assertThat(reason(run("[{grpc: shop.v1.Cart/Watch}]"))).contains("streams");
    run = run("[{grpc: shop.v1.Nothing/Pay}]");
    assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(reason(run)).startsWith("shop-1: does not know shop.v1.Nothing");
  }

  @Test
  void largeAnswersAreReadAndEndlessOnesAreNot() {
    shop.states(cart -> "large " + cart);
    assertThat(run("[{grpc: shop.v1.Cart/Pay, json: {cartName: '700000'}}]").passed()).isTrue();
    assertThat(reason(run("[{grpc: shop.v1.Cart/Pay, json: {cartName: '3000000'}}]")))
        .isEqualTo("shop-1: a message of more than 1024 KiB");
  }

  @Test
  void doesWithoutReflectionIfAFileTellsTheMethods() throws IOException {
    try (GrpcShop silent = new GrpcShop(false)) {
      world.instances.set(0, located(1, silent, true));
      TransactionRun run = run("[{grpc: shop.v1.Cart/Pay}]");
      assertThat(run.outcome()).isEqualTo(Outcome.UNKNOWN);
      assertThat(reason(run))
          .isEqualTo(
              "shop-1: the server has no reflection service (expected: one, or descriptors)");
      silent.descriptors(folder);
      String step = "[{grpc: shop.v1.Cart/Pay, descriptors: %s, expect: {json: {$.state: paid}}}]";
      assertThat(run(step.formatted("shop.pb")).passed()).isTrue();
      assertThat(reason(run(step.formatted("none.pb")))).endsWith("none.pb: no such file");
      Files.writeString(folder.resolve("bad.pb"), "not descriptors");
      assertThat(reason(run(step.formatted("bad.pb")))).contains("no output of protoc");
    }
  }

  @Test
  void goesThroughAListenerForBytesAsUsersDo() throws IOException {
    world.listening.put("shop", shop.address());
    world.instances.clear();
    world.file(
        """
        services:
          shop:
            run: x
            protocol: tcp
            listen: "127.0.0.1:9090"
            transactions: {buy: {steps: [{grpc: shop.v1.Cart/Pay}]}}
        """);
    assertThat(world.run().passed()).isTrue();
    shop.states(cart -> "INTERNAL");
    assertThat(world.run().failure().orElseThrow().suspect()).isEqualTo(SHOP);
  }

  @Test
  void callsOthersWhereTheyAre() {
    world.instances.clear();
    assertThat(run("[{grpc: shop.v1.Cart/Pay, to: \"%s\"}]".formatted(shop.address())).passed())
        .isTrue();
    assertThat(header(shop.asked.getFirst(), "x-mainstay-transaction")).isNull();
    TransactionRun run = run("[{grpc: shop.v1.Cart/Pay}]");
    assertThat(reason(run)).isEqualTo("no instance of shop serves");
    assertThat(reason(run("[{grpc: shop.v1.Cart/Pay, to: \"127.0.0.1:1\"}]")))
        .startsWith("127.0.0.1:1: ");
    assertThat(
            reason(run("[{grpc: shop.v1.Cart/Pay, to: \"https://%s\"}]".formatted(shop.address()))))
        .startsWith(shop.address() + ": ");
  }

  @Test
  void whoAnswersAnewIsAskedAnewForItsMethods() {
    AtomicInteger calls = new AtomicInteger();
    shop.states(cart -> calls.incrementAndGet() == 1 ? "UNIMPLEMENTED" : "paid");
    assertThat(run("[{grpc: shop.v1.Cart/Pay}]").passed()).isFalse();
    assertThat(run("[{grpc: shop.v1.Cart/Pay}]").passed()).isTrue();
  }

  @Test
  void aServerThatSpeaksNoGrpcFails() {
    TestServer web = world.elsewhere(TestServer.json("{}"));
    assertThat(reason(run("[{grpc: shop.v1.Cart/Pay, to: \"%s\"}]".formatted(web.address()))))
        .contains("no HTTP/2 came");
  }
}
