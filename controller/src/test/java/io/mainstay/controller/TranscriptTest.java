package io.mainstay.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Actor;
import io.mainstay.model.Event;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.Status.ServiceStatus;
import io.mainstay.testkit.MemoryEventJournal;
import io.mainstay.testkit.SeededRandomness;
import io.mainstay.testkit.VirtualTime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a controller tells in whole stories. The transcripts are read by people; after a wanted
 * change they are written anew with {@code -Dtranscripts=src/test/resources/transcripts}.
 */
class TranscriptTest {
  private static final NodeName NODE = new NodeName("n1");
  private static final ServiceName SHOP = new ServiceName("shop");

  private final VirtualTime time = new VirtualTime();
  private final FakeCoordinator coordinator = new FakeCoordinator();
  private final MemoryEventJournal journal = new MemoryEventJournal();
  private final FakeFleet fleet = new FakeFleet(NODE, coordinator, time.mailbox("agent"), time);
  private final StringBuilder told = new StringBuilder();
  private int seen;
  private final Controller controller =
      new Controller(
          NODE,
          coordinator,
          fleet,
          List::of,
          journal,
          time.mailbox("controller"),
          time,
          new SeededRandomness(1),
          ControllerSettings.of("0.1.0"));

  @BeforeEach
  void start() {
    fleet.start();
    controller.start();
    time.settle();
  }

  @Test
  void killAndComeBackAsStandby() throws IOException {
    apply("three and a standby", Specs.deployment(Specs.of("shop").replicas(3).standby(1)), 3);
    story("shop-2 is killed, the gateway promotes shop-4");
    fleet.crash(id(2), Duration.ofMillis(400));
    controller.trafficObserver().standbyPromoted(id(4), id(2), "shop-2 exited");
    run(5);
    compare("kill");
  }

  @Test
  void allLiveChecksRed() throws IOException {
    apply("three", Specs.deployment(Specs.of("shop").replicas(3)), 3);
    story("all three live checks fail at once");
    for (int k = 1; k <= 3; k++) {
      fleet.liveFails(id(k));
    }
    run(8);
    compare("all-live-checks-red");
  }

  @Test
  void updateAndHalt() throws IOException {
    Specs first = Specs.of("shop").replicas(2);
    apply("two of version 1", Specs.deployment(first), 3);
    apply("version 2", Specs.deployment(Specs.of("shop").run("v2").replicas(2)), 10);
    fleet.broken.add(3);
    apply(
        "version 3, which never becomes ready",
        Specs.deployment(
            Specs.of("shop").run("v3").replicas(2).readyWithin(Duration.ofSeconds(20))),
        30);
    apply("version 2 again", Specs.deployment(Specs.of("shop").run("v2").replicas(2)), 10);
    compare("update-and-halt");
  }

  @Test
  void loadAndOperator() throws IOException {
    Specs shop = Specs.of("shop").replicas(1, 4).standby(1).downDelay(Duration.ofSeconds(20));
    apply("one to four", Specs.deployment(shop), 3);
    story("load of 100 requests at once");
    fleet.load.put(SHOP, 100);
    run(10);
    story("the load is gone");
    fleet.load.put(SHOP, 0);
    run(120);
    story("anna wants 3 for a minute");
    controller.submit(
        new Command.Scale(SHOP, 3, Optional.of(Duration.ofMinutes(1)), false, "a sale"),
        Actor.operator("anna"));
    run(90);
    compare("load-and-operator");
  }

  private void apply(String what, Deployment deployment, int seconds) {
    story("apply: " + what);
    controller.submit(new Command.Apply(deployment, ""), Actor.operator("anna"));
    run(seconds);
  }

  private void story(String line) {
    tell();
    told.append("\n# ").append(line).append('\n');
  }

  private void tell() {
    for (Event event : journal.all().subList(seen, journal.all().size())) {
      seen++;
      Duration at = Duration.between(VirtualTime.EPOCH, event.time());
      told.append(
          "%6.1f  %-18s %-7s %s%s%n"
              .formatted(
                  at.toMillis() / 1000.0,
                  event.kind().label(),
                  event.instance().map(InstanceId::toString).orElse(""),
                  event.reason(),
                  event.actor().equals(Actor.SYSTEM) ? "" : " [" + event.actor() + "]"));
    }
  }

  private void run(int seconds) {
    time.runFor(Duration.ofSeconds(seconds));
    tell();
    for (ServiceStatus service : controller.status().services()) {
      told.append("        = ")
          .append(service.verdict().label())
          .append(": ")
          .append(
              service.instances().stream()
                  .map(one -> one.id() + " " + one.state().label() + " r" + one.revision())
                  .collect(Collectors.joining(", ")))
          .append('\n');
    }
  }

  private void compare(String name) throws IOException {
    tell();
    String folder = System.getProperty("transcripts", "");
    if (!folder.isEmpty()) {
      Files.createDirectories(Path.of(folder));
      Files.writeString(Path.of(folder, name + ".txt"), told.toString());
    }
    try (InputStream stream =
        TranscriptTest.class.getResourceAsStream("/transcripts/" + name + ".txt")) {
      String expected =
          stream == null ? "" : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(told.toString()).isEqualTo(folder.isEmpty() ? expected : told.toString());
    }
  }

  private static InstanceId id(int number) {
    return new InstanceId(SHOP, number);
  }
}
