package io.mainstay.agent;

import static io.mainstay.testkit.ServiceFixture.check;
import static io.mainstay.testkit.ServiceFixture.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.ServiceSpec.ScalePolicy;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import io.mainstay.ports.UsageSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AgentTroubleTest {
  private static final InstanceId SHOP_1 = AgentWorld.id("shop-1");

  private final AgentWorld world = new AgentWorld();

  private void serve() {
    world.service(1, service("shop").build()).serving("shop-1").assign();
    world.await("shop-1", Phase.READY);
  }

  @Test
  void startsNothingThatItCannotWriteDownAndTouchesNothingThatRuns() {
    serve();
    world.journal.fail("no space left on device");
    world.serving("shop-2").assign();
    world.runFor(Duration.ofMinutes(1));
    assertThat(world.machine.starts(AgentWorld.id("shop-2"))).isZero();
    assertThat(world.phase("shop-1")).isEqualTo(Phase.READY);
    assertThat(world.count(EventKind.DISK_FULL)).isEqualTo(1);
    world.journal.recover();
    assertThat(world.await("shop-2", Phase.READY)).isTrue();
    assertThat(world.count(EventKind.DISK_RECOVERED)).isEqualTo(1);
  }

  @Test
  void withdrawsAnInstanceThatExitedBeforeItWaitsForTheDisk() {
    serve();
    List<Boolean> readyAtWrites = new ArrayList<>();
    world.step =
        what -> {
          if (what.contains("write")) {
            readyAtWrites.add(world.traffic.isReady(SHOP_1));
          }
        };
    world.machine.exit(SHOP_1, 1);
    world.runFor(Duration.ofMillis(200));
    assertThat(readyAtWrites).isNotEmpty();
    assertThat(readyAtWrites.getFirst()).isFalse();
  }

  @Test
  void withdrawsWhatExitsWhileTheDiskStandsStillAndStartsItOnceThatIsWritten() {
    InstanceId shop2 = AgentWorld.id("shop-2");
    world.service(1, service("shop").build()).serving("shop-1").serving("shop-2").assign();
    world.await(() -> world.traffic.isReady(SHOP_1) && world.traffic.isReady(shop2));
    world.runFor(Duration.ofSeconds(1));
    world.disk.stall();
    world.machine.exit(SHOP_1, 1);
    world.runFor(Duration.ofSeconds(5));
    world.machine.exit(shop2, 1);
    world.runFor(Duration.ofSeconds(5));
    assertThat(world.traffic.isReady(SHOP_1)).isFalse();
    assertThat(world.traffic.isReady(shop2)).isFalse();
    assertThat(world.machine.starts(SHOP_1)).as("starts wait for their intent").isEqualTo(1);
    assertThat(world.machine.starts(shop2)).isEqualTo(1);
    world.disk.goOn();
    assertThat(world.await("shop-1", Phase.READY)).isTrue();
    assertThat(world.await("shop-2", Phase.READY)).isTrue();
    assertThat(world.machine.violations()).isEmpty();
  }

  @Test
  void endsWhatAnEarlierServerLeftEvenIfItsJournalCouldNotBeReadAtFirst() {
    serve();
    world.journal.unreadable(true);
    world.restart();
    boolean[] done = new boolean[1];
    world.agent.stopAll(left -> {}, () -> done[0] = true);
    world.runFor(Duration.ofSeconds(1));
    assertThat(done[0]).isFalse();
    world.journal.unreadable(false);
    assertThat(world.time.runUntil(() -> done[0], Duration.ofMinutes(1))).isTrue();
    assertThat(world.machine.live()).isEmpty();
  }

  @Test
  void tellsWhoIsLeftWhileItEnds() {
    serve();
    List<List<InstanceId>> left = new ArrayList<>();
    boolean[] done = new boolean[1];
    world.agent.stopAll(left::add, () -> done[0] = true);
    assertThat(world.time.runUntil(() -> done[0], Duration.ofMinutes(1))).isTrue();
    assertThat(left.getFirst()).containsExactly(SHOP_1);
    assertThat(left.getLast()).isEmpty();
  }

  @Test
  void endsAtLastIfTheJournalStaysUnreadable() {
    serve();
    world.journal.unreadable(true);
    world.restart();
    boolean[] done = new boolean[1];
    world.agent.stopAll(left -> {}, () -> done[0] = true);
    assertThat(world.time.runUntil(() -> done[0], Duration.ofSeconds(20))).isTrue();
    assertThat(world.events.of(EventKind.COMPONENT_FAILED).getLast().reason()).contains("go on");
  }

  @Test
  void tellsOnceThatItIsParked() {
    world.service(1, service("shop").build()).serving("shop-1").assign();
    world.machine.program(
        SHOP_1, io.mainstay.testkit.FakeProgram.GOOD.exiting(Duration.ofMillis(50), 1));
    world.runFor(Duration.ofMinutes(6));
    assertThat(world.machine.starts(SHOP_1)).isGreaterThan(10);
    assertThat(world.count(EventKind.INSTANCE_PARKED)).isEqualTo(1);
    assertThat(world.observed("shop-1").orElseThrow().reason()).contains("over and over (1");
  }

  @Test
  void goesOnWithoutTheCoordinatorAndTellsItLater() {
    serve();
    world.coordinator.away(true);
    world.machine.exit(SHOP_1, 1);
    world.runFor(Duration.ofSeconds(10));
    assertThat(world.traffic.isReady(SHOP_1)).isTrue();
    assertThat(world.observed("shop-1").orElseThrow().generation()).isEqualTo(1);
    world.coordinator.away(false);
    world.runFor(Duration.ofSeconds(2));
    assertThat(world.observed("shop-1").orElseThrow().generation()).isEqualTo(2);
  }

  @Test
  void knowsNothingOfThePredecessorWhoseNumberItGets() {
    serve();
    world.machine.exit(SHOP_1, 1);
    world.await(() -> world.observed("shop-1").orElseThrow().restarts() == 1);
    world.await("shop-1", Phase.READY);
    world.want("shop-1", Role.SERVING, Directive.REMOVE, 0).assign();
    assertThat(world.await("shop-1", Phase.STOPPED)).isTrue();
    world.runFor(Duration.ofSeconds(1));
    world.serving("shop-1").assign();
    assertThat(world.await("shop-1", Phase.READY)).isTrue();
    ObservedInstance seen = world.observed("shop-1").orElseThrow();
    assertThat(seen.restarts()).isZero();
    assertThat(seen.lastExit()).isEmpty();
    assertThat(seen.generation()).as("numbers of runs go on").isEqualTo(3);
  }

  @Test
  void saysOfARemovalOnlyThatTheProcessEnded() {
    serve();
    world.want("shop-1", Role.SERVING, Directive.REMOVE, 0).assign();
    world.await("shop-1", Phase.STOPPED);
    world.runFor(Duration.ofSeconds(1));
    assertThat(world.count(EventKind.INSTANCE_REMOVED)).as("the controller says so").isZero();
    assertThat(world.events.of(EventKind.INSTANCE_STOPPED))
        .singleElement()
        .extracting(Event::reason)
        .asString()
        .startsWith("removed");
  }

  @Test
  void tellsExitsThatWereOrderedFromThoseThatWereNot() {
    serve();
    world.machine.exit(SHOP_1, 1);
    world.await(() -> world.observed("shop-1").orElseThrow().generation() == 2);
    world.await("shop-1", Phase.READY);
    world.want("shop-1", Role.SERVING, Directive.RUN, 3).assign();
    world.await(() -> world.observed("shop-1").orElseThrow().generation() == 3);
    assertThat(world.events.of(EventKind.INSTANCE_EXITED))
        .extracting(event -> event.evidence().getOrDefault("ordered", "false"))
        .containsExactly("false", "true");
  }

  @Test
  void ignoresAssignmentsThatAreNotNewer() {
    serve();
    world.coordinator.assign(
        new Assignments(AgentWorld.NODE, 1, List.copyOf(world.services.values()), List.of()));
    world.runFor(Duration.ofSeconds(1));
    assertThat(world.phase("shop-1")).isEqualTo(Phase.READY);
  }

  @Test
  void writesItsObservationOnTransitionsOnly() {
    serve();
    world.runFor(Duration.ofSeconds(1));
    int before = world.coordinator.written().size();
    world.runFor(Duration.ofMinutes(5));
    assertThat(world.coordinator.written()).hasSize(before);
  }

  @Test
  void goesOnWithHigherGenerationsWhenANumberIsUsedAgain() {
    serve();
    world.want("shop-1", Role.SERVING, Directive.REMOVE, 0).assign();
    world.await("shop-1", Phase.STOPPED);
    world.unlist("shop-1");
    world.assign();
    world.runFor(Duration.ofSeconds(1));
    world.serving("shop-1").assign();
    world.await("shop-1", Phase.READY);
    assertThat(world.observed("shop-1").orElseThrow().generation()).isEqualTo(2);
  }

  @Test
  void removesWhatIsNotListedAnyMore() {
    serve();
    world.unlist("shop-1");
    world.assign();
    world.runFor(Duration.ofSeconds(5));
    assertThat(world.machine.live()).isEmpty();
    assertThat(world.journal.entry(SHOP_1)).isEmpty();
  }

  @Test
  void killsWhatIgnoresTheSignalAndWhatItsChildrenLeftBehind() {
    world.machine.program(SHOP_1, io.mainstay.testkit.FakeProgram.GOOD.ignoringTerm());
    serve();
    world.machine.process(SHOP_1).orElseThrow().fork();
    world.want("shop-1", Role.SERVING, Directive.REMOVE, 0).assign();
    world.runFor(Duration.ofSeconds(9));
    assertThat(world.machine.live()).as("grace").hasSize(1);
    world.runFor(Duration.ofSeconds(2));
    assertThat(world.machine.live()).isEmpty();
    assertThat(world.machine.leftovers()).isEmpty();
    assertThat(world.count(EventKind.INSTANCE_KILLED)).isEqualTo(1);
  }

  @Test
  void takesWhatHangsOutOfTheTrafficAndBack() {
    serve();
    world.machine.process(SHOP_1).orElseThrow().hang(true);
    assertThat(world.await("shop-1", Phase.NOT_READY)).isTrue();
    assertThat(world.traffic.isReady(SHOP_1)).isFalse();
    assertThat(world.count(EventKind.CHECK_FAILED)).isEqualTo(1);
    world.machine.process(SHOP_1).orElseThrow().hang(false);
    assertThat(world.await("shop-1", Phase.READY)).isTrue();
    assertThat(world.count(EventKind.CHECK_PASSED)).isEqualTo(1);
    assertThat(world.machine.starts(SHOP_1)).isEqualTo(1);
  }

  @Test
  void hasWhatHangsSayWhatItsThreadsDoOnceButNotAgainAndAgain() {
    Checks.Check live =
        check(new Checks.Probe.Push(Duration.ofHours(1)), Duration.ofSeconds(2), Optional.empty());
    world.service(1, service("shop").live(live).build()).serving("shop-1").assign();
    assertThat(world.await("shop-1", Phase.READY)).isTrue();
    for (int times = 0; times < 3; times++) {
      reportsThreeTimes(false);
      reportsThreeTimes(true);
    }
    assertThat(world.count(EventKind.THREAD_DUMP)).isEqualTo(1);
    assertThat(world.events.of(EventKind.THREAD_DUMP).getFirst().reason())
        .isEqualTo("the threads of shop-1");
    world.runFor(Duration.ofMinutes(1));
    reportsThreeTimes(false);
    assertThat(world.count(EventKind.THREAD_DUMP)).isEqualTo(2);
    assertThat(world.machine.starts(SHOP_1)).isEqualTo(1);
  }

  private void reportsThreeTimes(boolean passed) {
    for (int times = 0; times < 3; times++) {
      assertThat(world.agent.push(SHOP_1, passed, "stuck")).isTrue();
      world.runFor(Duration.ofSeconds(1));
    }
  }

  @Test
  void listensToPushes() {
    world.service(
        1,
        service("shop")
            .ready(
                Optional.of(
                    check(
                        new Checks.Probe.Push(Duration.ofSeconds(30)),
                        Duration.ofSeconds(2),
                        Optional.empty())))
            .build());
    world.serving("shop-1").assign();
    world.runFor(Duration.ofSeconds(1));
    assertThat(world.agent.push(AgentWorld.id("shop-9"), true, "who?")).isFalse();
    assertThat(world.agent.push(SHOP_1, true, "here")).isTrue();
    assertThat(world.await("shop-1", Phase.READY)).isTrue();
    world.runFor(Duration.ofSeconds(29));
    assertThat(world.phase("shop-1")).isEqualTo(Phase.READY);
    world.runFor(Duration.ofSeconds(2));
    assertThat(world.phase("shop-1")).as("silent for too long").isEqualTo(Phase.NOT_READY);
  }

  @Test
  void samplesWhatInstancesUseWhoseServiceScalesByIt() {
    ScalePolicy byCpu =
        new ScalePolicy(
            Optional.empty(),
            Optional.empty(),
            Optional.of(0.6),
            Duration.ofSeconds(6),
            Duration.ofSeconds(60),
            new Amount.Share(1),
            1,
            Duration.ofMinutes(5));
    world.service(1, service("orders").build());
    world.service(1, service("shop").scale(byCpu).build());
    world.serving("shop-1").serving("orders-1").assign();
    world.await("shop-1", Phase.READY);
    world.runFor(Duration.ofSeconds(3));
    assertThat(world.agent.usage()).containsExactly(new UsageSource.Usage(SHOP_1, 0.5));
  }

  @Test
  void endsInOrderWhatDependsOnOthersFirst() {
    world.service(1, service("orders").build());
    world.service(1, service("shop").dependsOn("orders").build());
    world.serving("orders-1").serving("shop-1").assign();
    world.await("shop-1", Phase.READY);
    boolean[] done = new boolean[1];
    world.agent.stopAll(left -> {}, () -> done[0] = true);
    world.time.runUntil(() -> world.machine.live().size() == 1, Duration.ofMinutes(1));
    assertThat(world.machine.process(AgentWorld.id("orders-1"))).isPresent();
    assertThat(world.time.runUntil(() -> done[0], Duration.ofMinutes(1))).isTrue();
    assertThat(world.machine.live()).isEmpty();
    assertThat(world.traffic.calls()).startsWith("drain shop-1 1");
    world.restart();
    world.assign();
    assertThat(world.await("shop-1", Phase.READY)).isTrue();
    assertThat(world.observed("shop-1").orElseThrow().generation()).isEqualTo(2);
  }

  @Test
  void leavesInstancesRunningForTheNextServer() {
    serve();
    world.agent.leaveRunning(() -> {});
    world.runFor(Duration.ofMinutes(1));
    assertThat(world.machine.live()).hasSize(1);
    assertThat(world.traffic.calls()).isEmpty();
    world.restart();
    world.runFor(Duration.ofSeconds(1));
    assertThat(world.traffic.isReady(SHOP_1)).isTrue();
    assertThat(world.machine.starts(SHOP_1)).isEqualTo(1);
  }

  @Test
  void doesNotMindAClockThatIsSetBack() {
    serve();
    world.machine.exit(SHOP_1, 1);
    world.runFor(Duration.ofSeconds(2));
    world.time.stepWallClock(Duration.ofHours(-1));
    world.machine.exit(SHOP_1, 1);
    world.runFor(Duration.ofSeconds(2));
    world.restart();
    world.runFor(Duration.ofSeconds(2));
    assertThat(world.phase("shop-1")).isEqualTo(Phase.READY);
    assertThat(world.machine.starts(SHOP_1)).isEqualTo(3);
  }

  @Test
  void keepsTheTrailFromCauseToEffect() {
    serve();
    world.machine.exit(SHOP_1, 3);
    world.await(() -> world.count(EventKind.INSTANCE_RESTARTED) == 1);
    String exited = world.events.of(EventKind.INSTANCE_EXITED).getFirst().cursor();
    assertThat(world.events.of(EventKind.INSTANCE_STARTED).getLast().cause()).contains(exited);
    assertThat(world.events.of(EventKind.INSTANCE_EXITED).getFirst().evidence())
        .containsEntry("code", "3")
        .containsEntry("generation", "1");
  }
}
