package io.mainstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.gateway.transport.Transport;
import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Business;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Endpoint.Readiness;
import io.mainstay.model.state.Overrides.Diversion;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.ServiceTraffic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A gateway whose service {@code shop} has others beside it. */
abstract class DetourWorld {
  static final ServiceName LITE = new ServiceName("lite");
  static final ServiceName LAST = new ServiceName("last");
  static final Duration SHORT = Duration.ofMillis(300);

  private final Transport.Preference transport;

  DetourWorld(Transport.Preference transport) {
    this.transport = transport;
  }

  static Stream<Transport.Preference> transports() {
    return ForwardingWireTest.transports();
  }

  TestWorld bare() {
    return new TestWorld(transport);
  }

  static void upgrade(RawClient client) throws IOException {
    client.send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
    assertThat(client.answerWithoutBody().status()).isEqualTo(101);
  }

  TestWorld world(Optional<Fallback> fallback) {
    return world(fallback, TestWorld.policy());
  }

  TestWorld world(Optional<Fallback> fallback, TrafficPolicy policy) {
    TestWorld world = new TestWorld(transport);
    configure(
        world,
        List.of(
            service(TestWorld.SHOP, policy, fallback),
            service(
                LITE,
                TestWorld.policy(draft -> draft.concurrency(100, 100, SHORT)),
                Optional.empty()),
            service(
                LAST,
                TestWorld.policy(draft -> draft.concurrency(100, 100, SHORT)),
                Optional.empty())));
    return world;
  }

  static void configure(TestWorld world, List<ServiceSpec> services) {
    configure(world, ListenerSpec.Protocol.HTTP, services);
  }

  static void configure(
      TestWorld world, ListenerSpec.Protocol protocol, List<ServiceSpec> services) {
    ListenerSpec listener = TestWorld.listener(protocol, Optional.empty(), TestWorld.limits());
    world.gateway.configure(new Deployment(Path.of("/"), services, List.of(listener)));
    TestWorld.await(() -> world.gateway.listenerAddress("public").isPresent());
  }

  static ServiceSpec service(ServiceName name, TrafficPolicy policy, Optional<Fallback> fallback) {
    return service(name, policy, new Business(fallback));
  }

  static ServiceSpec service(ServiceName name, TrafficPolicy policy, Business business) {
    ServiceSpec plain = TestWorld.service(name, policy);
    return new ServiceSpec(
        name,
        plain.workload(),
        plain.port(),
        plain.protocol(),
        plain.replicas(),
        plain.standby(),
        plain.readyAfter(),
        plain.dependsOn(),
        plain.hooks(),
        plain.checks(),
        plain.restart(),
        plain.stop(),
        policy,
        plain.scale(),
        plain.budget(),
        plain.update(),
        plain.place(),
        plain.disconnect(),
        business,
        plain.group(),
        plain.drills());
  }

  static void publish(TestWorld world, ServiceName service, TestBackend... backends) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (TestBackend backend : backends) {
      endpoints.add(
          new Endpoint(
              new InstanceId(service, endpoints.size() + 1),
              new NodeName("of-" + service),
              1,
              Role.SERVING,
              Readiness.READY,
              Optional.of(new Address("127.0.0.1", backend.port()))));
    }
    world.gateway.publish(new NodeName("of-" + service), endpoints);
  }

  static Diversion diversion(String to, double share) {
    return new Diversion(
        TestWorld.SHOP,
        Optional.of(to).filter(name -> !name.isEmpty()).map(ServiceName::new),
        share,
        Optional.empty(),
        "it fails",
        Actor.operator("ada"));
  }

  static int inFlight(TestWorld world) {
    return world.gateway.signals().stream()
        .filter(one -> one.service().equals(TestWorld.SHOP))
        .findFirst()
        .orElseThrow()
        .inFlight();
  }

  static ServiceTraffic traffic(TestWorld world, ServiceName service) {
    return world.gateway.traffic().stream()
        .filter(one -> one.service().equals(service))
        .findFirst()
        .orElseThrow();
  }

  /** The body of a GET over a connection of its own; with status and reason if it is not 200. */
  static CompletableFuture<String> get(TestWorld world) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try (RawClient client = world.client()) {
            RawClient.Answer answer = client.get("/");
            text.complete(
                answer.status() == 200 ? answer.text() : answer.status() + " " + answer.reason());
          } catch (IOException | RuntimeException e) {
            text.completeExceptionally(e);
          }
        });
    return text;
  }

  static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
