package io.mainstay.business;

import static io.mainstay.business.TestServer.answer;
import static io.mainstay.business.TestServer.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.gateway.Gateway;
import io.mainstay.gateway.GatewayOptions;
import io.mainstay.linux.SystemTime;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Pin;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.TransactionRun;
import io.mainstay.model.state.TransactionRun.Outcome;
import io.mainstay.ports.TrafficObserver;
import io.mainstay.testkit.SeededRandomness;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs through the real gateway, to instances behind it. */
class ThroughTheGatewayTest {
  private static final ServiceName SHOP = new ServiceName("shop");
  private static final NodeName NODE = new NodeName("n1");

  @TempDir Path folder;

  private static InstanceId shop(int number) {
    return new InstanceId(SHOP, number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tls: {self-signed: true}, "})
  void aPinnedRunGetsToItsInstance(String tls) throws Exception {
    try (RunnerWorld world = new RunnerWorld(folder);
        Gateway gateway = gateway()) {
      TestServer good = world.elsewhere((_, out) -> write(out, answer("200 OK", "", "fine")));
      TestServer bad = world.elsewhere((_, out) -> write(out, answer("500 No", "", "")));
      configure(world, gateway, tls, good, bad);
      for (int round = 0; round < 3; round++) {
        TransactionRun passed = world.run(Pin.to(shop(1)));
        assertThat(passed.failure()).isEmpty();
        assertThat(passed.calls())
            .containsExactly(new TransactionRun.Call(SHOP, Optional.of(shop(1)), 200));
        TransactionRun failed = world.run(Pin.to(shop(2)));
        assertThat(failed.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(failed.failure().orElseThrow().by()).contains(shop(2));
        assertThat(failed.failure().orElseThrow().suspect()).isEqualTo(SHOP);
      }
      assertThat(good.requests).hasSize(3);
      assertThat(bad.requests).hasSize(3);
      assertThat(world.run(Pin.to(shop(7))).outcome()).isEqualTo(Outcome.UNKNOWN);
    }
  }

  @Test
  void anInstanceThatIsDownFailsItsRunAndIsNamed() throws Exception {
    try (RunnerWorld world = new RunnerWorld(folder);
        Gateway gateway = gateway()) {
      TestServer good = world.elsewhere((_, out) -> write(out, answer("200 OK", "", "fine")));
      TestServer gone = world.elsewhere((_, out) -> out.flush());
      configure(world, gateway, "", good, gone);
      gone.close();
      TransactionRun run = world.run(Pin.to(shop(2)));
      assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
      assertThat(run.failure().orElseThrow().by()).contains(shop(2));
    }
  }

  private static Gateway gateway() {
    return new Gateway(
        GatewayOptions.defaults().withLoops(1).withProbeSecret(RunnerWorld.SECRET),
        new TrafficObserver() {},
        new SystemTime(),
        new SeededRandomness(3));
  }

  private static void configure(
      RunnerWorld world, Gateway gateway, String tls, TestServer... instances) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    world.file(
        """
        services:
          shop:
            run: x
            transactions: {buy: {steps: [{http: GET /, expect: {body: fine}}]}}
        listeners:
          public: {bind: "127.0.0.1:%d", %sroutes: [{service: shop}]}
        """
            .formatted(port, tls));
    world.most(4, gateway, name -> gateway.listenerAddress(name).orElse(null));
    gateway.configure(world.deployment());
    List<Endpoint> endpoints = new ArrayList<>();
    for (TestServer instance : instances) {
      endpoints.add(
          new Endpoint(
              shop(endpoints.size() + 1),
              NODE,
              1,
              Role.SERVING,
              Endpoint.Readiness.READY,
              Optional.of(instance.address())));
    }
    gateway.publish(NODE, endpoints);
    RunnerWorld.await(() -> gateway.listenerAddress("public").isPresent());
  }
}
