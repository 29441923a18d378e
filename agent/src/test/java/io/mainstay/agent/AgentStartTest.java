package io.mainstay.agent;

import static io.mainstay.testkit.ServiceFixture.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.Workload.EnvironmentValue.FromCommand;
import io.mainstay.model.spec.Workload.EnvironmentValue.FromFile;
import io.mainstay.model.spec.Workload.EnvironmentValue.Text;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import io.mainstay.ports.ProcessHost;
import io.mainstay.testkit.FakeProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class AgentStartTest {
  private static final InstanceId SHOP_1 = AgentWorld.id("shop-1");

  private final AgentWorld world = new AgentWorld();

  private ProcessHost.StartRequest asked() {
    return world.machine.startsAsked().getLast();
  }

  @Test
  void givesAnInstanceItsEnvironmentAndExpandsAfterSplitting() {
    world.environment.put("REGION", "north east");
    world.restart();
    world.service(
        1,
        service("shop")
            .run("serve", "--at", "${REGION}:${PORT}", "--mode", "${MODE:-dev}", "$HOME")
            .env("MODE", new Text("prod"))
            .env("TITLE", new Text("${MODE} in ${REGION}"))
            .env("HOME", new Text("${HOME}/shop"))
            .build());
    world.serving("shop-1").assign();
    world.await("shop-1", Phase.READY);
    assertThat(asked().command())
        .containsExactly("serve", "--at", "north east:20000", "--mode", "prod", "$HOME");
    assertThat(asked().environment())
        .containsEntry("MAINSTAY_ADDRESS", "127.0.0.1")
        .containsAllEntriesOf(
            Map.of(
                "TITLE", "prod in north east",
                "HOME", "/home/anna/shop",
                "REGION", "north east",
                "PORT", "20000",
                "MAINSTAY_SERVICE", "shop",
                "MAINSTAY_INSTANCE", "shop-1",
                "MAINSTAY_NODE", "n1",
                "MAINSTAY_GENERATION", "1",
                "MAINSTAY_NONCE", asked().nonce(),
                "MAINSTAY_PUSH_URL", "http://127.0.0.1:7070/api/v1/instances/shop-1/push"));
  }

  @Test
  void namesTheUndefinedVariable() {
    world.service(1, service("shop").run("serve", "${NO_SUCH}").build());
    world.serving("shop-1").assign();
    assertThat(world.await("shop-1", Phase.BACKING_OFF)).isTrue();
    assertThat(world.events.of(EventKind.INSTANCE_START_FAILED).getFirst().reason())
        .isEqualTo("undefined variable: NO_SUCH");
    assertThat(world.machine.startsAsked()).isEmpty();
  }

  @Test
  void readsSecretsAnewAtEachStartAndShowsThemNowhere() {
    world.secrets.put("/secrets/db", "swordfish");
    world.machine.commands(
        request -> new ProcessHost.CommandOutcome(OptionalInt.of(0), "tuna\n", Optional.empty()));
    world.service(
        1,
        service("shop")
            .run("serve", "--key", "${API_KEY}")
            .env("DB_PASSWORD", new FromFile(Path.of("/secrets/db")))
            .env("API_KEY", new FromCommand(List.of("pass", "show", "key")))
            .build());
    world.serving("shop-1").assign();
    world.await("shop-1", Phase.READY);
    assertThat(asked().environment()).containsEntry("DB_PASSWORD", "swordfish");
    assertThat(asked().command()).containsExactly("serve", "--key", "tuna");
    world.secrets.put("/secrets/db", "herring");
    world.machine.exit(SHOP_1, 1);
    world.await(() -> world.machine.starts(SHOP_1) == 2);
    assertThat(asked().environment()).containsEntry("DB_PASSWORD", "herring");
    world.await("shop-1", Phase.READY);
    String shown =
        world.events.all() + " " + world.coordinator.written() + world.journal.entry(SHOP_1);
    assertThat(shown).doesNotContain("swordfish").doesNotContain("herring").doesNotContain("tuna");
  }

  @Test
  void saysWhichSecretIsMissing() {
    world.service(1, service("shop").env("DB", new FromFile(Path.of("/secrets/none"))).build());
    world.serving("shop-1").assign();
    assertThat(world.await("shop-1", Phase.BACKING_OFF)).isTrue();
    assertThat(world.observed("shop-1").orElseThrow().reason()).contains("DB", "/secrets/none");
    world.secrets.put("/secrets/none", "there");
    assertThat(world.await("shop-1", Phase.READY)).isTrue();
  }

  @Test
  void saysThatAFixedPortIsTakenAndStartsOnceItIsFree() {
    world.machine.takePort(8080);
    world.service(1, service("shop").port(new PortPolicy.Fixed(8080)).build());
    world.serving("shop-1").assign();
    assertThat(world.await("shop-1", Phase.BACKING_OFF)).isTrue();
    assertThat(world.observed("shop-1").orElseThrow().reason())
        .contains("port 8080 is taken by another program");
    world.machine.releasePort(8080);
    assertThat(world.await("shop-1", Phase.READY)).isTrue();
    assertThat(asked().environment()).containsEntry("PORT", "8080");
  }

  @Test
  void keepsItsPortOverRestarts() {
    world.service(1, service("shop").build()).serving("shop-1").serving("shop-2").assign();
    world.await("shop-1", Phase.READY);
    world.machine.exit(AgentWorld.id("shop-2"), 1);
    world.runFor(Duration.ofSeconds(3));
    assertThat(world.observed("shop-2").orElseThrow().address())
        .contains(new Address("127.0.0.1", 20001));
  }

  @Test
  void onlyChecksUpstreams() {
    world.service(
        1,
        service("shop")
            .upstreams(new Address("10.0.0.1", 80), new Address("10.0.0.2", 80))
            .build());
    world.machine.program(AgentWorld.id("shop-2"), FakeProgram.GOOD);
    world.serving("shop-1").serving("shop-3").assign();
    world.runFor(Duration.ofSeconds(2));
    assertThat(world.machine.startsAsked()).isEmpty();
    assertThat(world.traffic.endpoint(SHOP_1).orElseThrow().address())
        .contains(new Address("10.0.0.1", 80));
    assertThat(world.observed("shop-1").orElseThrow().phase()).isEqualTo(Phase.STARTING);
    assertThat(world.observed("shop-3").orElseThrow().reason()).contains("no address number 3");
  }

  @Test
  void takesAnUpstreamThatHasNotAnsweredSinceItIsWatchedForDown() {
    world.service(1, service("shop").upstreams(new Address("10.0.0.1", 80)).build());
    world.serving("shop-1").assign();
    assertThat(world.await("shop-1", Phase.NOT_READY)).isTrue();
    world.runFor(Duration.ofMinutes(5));
    assertThat(world.observed("shop-1").orElseThrow().reason())
        .contains("not passed since its start: ");
    assertThat(world.count(EventKind.CHECK_FAILED)).isEqualTo(1);
    assertThat(world.count(EventKind.INSTANCE_NOT_READY)).isEqualTo(1);
  }

  @Test
  void saysWhyAProcessDoesNotGetReady() {
    world.machine.program(SHOP_1, FakeProgram.GOOD.readyAfter(Duration.ofMinutes(5)));
    world.service(1, service("shop").build()).serving("shop-1").assign();
    world.runFor(Duration.ofSeconds(9));
    assertThat(world.count(EventKind.CHECK_FAILED)).isZero();
    world.runFor(Duration.ofMinutes(4));
    assertThat(world.phase("shop-1")).isEqualTo(Phase.STARTING);
    assertThat(world.observed("shop-1").orElseThrow().reason())
        .contains("not passed since its start: ");
    assertThat(world.count(EventKind.CHECK_FAILED)).isEqualTo(1);
    assertThat(world.await("shop-1", Phase.READY)).as("one pass is enough").isTrue();
  }

  @Test
  void waitsBeforeItsFirstStartForWhatItDependsOn() {
    world.service(1, service("orders").build());
    world.service(1, service("shop").dependsOn("orders").build());
    world.serving("shop-1").assign();
    world.runFor(Duration.ofMinutes(1));
    assertThat(world.phase("shop-1")).isEqualTo(Phase.PENDING);
    assertThat(world.observed("shop-1").orElseThrow().reason()).isEqualTo("waits for orders");
    world.serving("orders-1").assign();
    assertThat(world.await("shop-1", Phase.READY)).isTrue();
    world.want("orders-1", Role.SERVING, Directive.REMOVE, 0).assign();
    world.await("orders-1", Phase.STOPPED);
    world.machine.exit(SHOP_1, 1);
    world.runFor(Duration.ofSeconds(3));
    assertThat(world.phase("shop-1")).as("a restart does not wait").isEqualTo(Phase.READY);
  }

  @Test
  void takesAnInstanceOnAnotherNodeForServing() {
    world.service(1, service("shop").dependsOn("orders").build());
    world.serving("shop-1").assign();
    world.runFor(Duration.ofSeconds(1));
    NodeName other = new NodeName("n2");
    world.coordinator.observeElsewhere(
        new Observed(
            other,
            1,
            List.of(
                new ObservedInstance(
                    AgentWorld.id("orders-1"),
                    other,
                    1,
                    1,
                    Role.SERVING,
                    Phase.READY,
                    false,
                    OptionalLong.empty(),
                    Optional.empty(),
                    Instant.EPOCH,
                    0,
                    Optional.empty(),
                    "ready"))));
    assertThat(world.await("shop-1", Phase.READY)).isTrue();
  }
}
