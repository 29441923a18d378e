package io.mainstay.decisions.rollout;

import static io.mainstay.decisions.fleet.MemberFixture.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.fleet.MemberFixture;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.ServiceRevision;
import io.mainstay.testkit.ServiceFixture;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RolloutTest {
  private static final MonotonicTime START = MonotonicTime.ZERO;
  private static final ServiceRevision OLD =
      new ServiceRevision(1, ServiceFixture.service("shop").run("v1").build());

  private ServiceSpec wanted =
      ServiceFixture.service("shop")
          .run("v2")
          .update(new Amount.Count(1), Duration.ofSeconds(60))
          .build();
  private long generation = 2;
  private boolean paused;
  private RolloutMemory memory = RolloutMemory.NONE;

  @Test
  void tellsThatItBegins() {
    RolloutStep step = step(START, member(1), member(2));
    assertThat(step.news()).containsInstanceOf(RolloutStep.News.Started.class);
    assertThat(step.surge()).isZero();
  }

  @Test
  void startsANewOneBesideTheOldOnes() {
    begin(member(1), member(2));
    RolloutStep step = step(START, member(1), member(2));
    assertThat(step.surge()).isEqualTo(1);
    assertThat(step.exchanges()).isEmpty();
  }

  @Test
  void waitsForTheNewOneAndThenExchangesIt() {
    begin(member(1), member(2));
    memory = memory.withFresh(id(3), START);
    assertThat(step(START, member(1), member(2), fresh(3).phase(Phase.STARTING)).exchanges())
        .isEmpty();
    RolloutStep step = step(START, member(1).inFlight(5), member(2), fresh(3));
    assertThat(step.exchanges()).containsExactly(new RolloutStep.Exchange(id(3), id(2)));
    assertThat(step.surge()).isZero();
  }

  @Test
  void countsWhatStillDrainsAsSurge() {
    begin(member(1), member(2));
    assertThat(
            step(
                    START,
                    member(1),
                    member(2).directive(Directive.REMOVE).phase(Phase.DRAINING),
                    member(3).revision(2))
                .surge())
        .isZero();
  }

  @Test
  void replacesStandbysFirst() {
    begin(member(1), member(2).standby());
    memory = memory.withFresh(id(3), START);
    assertThat(step(START, member(1), member(2).standby(), fresh(3)).exchanges())
        .containsExactly(new RolloutStep.Exchange(id(3), id(2)));
  }

  @Test
  void haltsWhenTheNewOneIsNotReadyInTime() {
    begin(member(1));
    memory = memory.withFresh(id(2), START);
    assertThat(step(at(59), member(1), fresh(2).phase(Phase.STARTING)).news()).isEmpty();
    RolloutStep step = step(at(60), member(1), fresh(2).phase(Phase.STARTING).exited());
    assertThat(step.news()).containsInstanceOf(RolloutStep.News.Halted.class);
    assertThat(step.abandoned()).containsExactly(id(2));
    assertThat(memory.halt().orElseThrow().reason()).contains("60 s").contains("SIGKILL");
    assertThat(step(at(61), member(1)).surge()).isZero();
  }

  @Test
  void haltsAtOnceWhenTheNewOneIsParked() {
    begin(member(1));
    memory = memory.withFresh(id(2), START);
    assertThat(step(at(5), member(1), fresh(2).phase(Phase.PARKED)).news())
        .containsInstanceOf(RolloutStep.News.Halted.class);
  }

  @Test
  void takesNoOtherOldOneWhileAnExchangedOneCrashes() {
    begin(member(1), member(2));
    memory = memory.withFresh(id(4), START);
    MemberFixture crashed = member(3).revision(2).phase(Phase.BACKING_OFF).exited();
    RolloutStep step = step(at(5), member(1), member(2), crashed, fresh(4));
    assertThat(step.exchanges()).isEmpty();
    assertThat(step.news()).isEmpty();
    MemberFixture again = member(3).revision(2).phase(Phase.STARTING).exited();
    assertThat(step(at(6), member(1), member(2), again, fresh(4)).exchanges()).isEmpty();
    MemberFixture well = member(3).revision(2).exited();
    assertThat(step(at(7), member(1), member(2), well, fresh(4)).exchanges()).hasSize(1);
  }

  @Test
  void goesOnWithTheNextApply() {
    haltsAtOnceWhenTheNewOneIsParked();
    generation = 3;
    assertThat(step(at(10), member(1)).news()).containsInstanceOf(RolloutStep.News.Started.class);
  }

  @Test
  void tellsThatItIsDone() {
    begin(member(1));
    assertThat(step(START, member(2).revision(2)).news())
        .containsInstanceOf(RolloutStep.News.Finished.class);
    assertThat(step(START, member(2).revision(2)).news()).isEmpty();
  }

  @Test
  void changesAFixedPortInItsPlaceOneAtATime() {
    wanted = ServiceFixture.service("shop").run("v2").port(new PortPolicy.Fixed(80)).build();
    begin(member(1));
    assertThat(step(START, member(1)).inPlace()).contains(id(1));
    memory = memory.withInPlace(Optional.of(new RolloutMemory.InPlace(id(1), START, OLD)));
    RolloutStep waiting = step(START, member(1).revision(2).minGeneration(2).phase(Phase.STOPPING));
    assertThat(waiting.inPlace()).isEmpty();
    assertThat(waiting.news()).isEmpty();
    RolloutStep done = step(at(5), member(1).revision(2).minGeneration(2).generation(2));
    assertThat(done.news()).containsInstanceOf(RolloutStep.News.Finished.class);
  }

  @Test
  void bringsAFixedPortBackAsItWas() {
    wanted =
        ServiceFixture.service("shop")
            .run("v2")
            .port(new PortPolicy.Fixed(80))
            .update(new Amount.Count(1), Duration.ofSeconds(60))
            .build();
    begin(member(1));
    memory = memory.withInPlace(Optional.of(new RolloutMemory.InPlace(id(1), START, OLD)));
    RolloutStep step =
        step(at(61), member(1).revision(2).minGeneration(2).generation(2).phase(Phase.STARTING));
    assertThat(step.rollback()).contains(new RolloutStep.Rollback(id(1), OLD));
  }

  @Test
  void beginsNothingWhilePaused() {
    paused = true;
    assertThat(step(START, member(1)).news()).isEmpty();
  }

  @Test
  void leavesHeldInstancesAlone() {
    assertThat(step(START, member(1).directive(Directive.ISOLATE).phase(Phase.HELD)).news())
        .isEmpty();
  }

  @Test
  void givesUpNewOnesThatALaterApplyHasOvertaken() {
    begin(member(1));
    memory = memory.withFresh(id(2), START);
    wanted = ServiceFixture.service("shop").run("v3").build();
    RolloutStep step =
        Rollout.step(
            new RolloutFacts(
                new ServiceRevision(3, wanted),
                3,
                List.of(member(1).build(), fresh(2).build()),
                List.of(
                    OLD, new ServiceRevision(2, ServiceFixture.service("shop").run("v2").build())),
                false,
                Optional.empty()),
            memory,
            START);
    assertThat(step.abandoned()).containsExactly(id(2));
  }

  private void begin(MemberFixture... members) {
    step(START, members);
    assertThat(memory.active()).isTrue();
  }

  private RolloutStep step(MonotonicTime now, MemberFixture... fixtures) {
    RolloutStep step =
        Rollout.step(
            new RolloutFacts(
                new ServiceRevision(2, wanted),
                generation,
                Stream.of(fixtures).map(MemberFixture::build).toList(),
                List.of(OLD),
                paused,
                Optional.empty()),
            memory,
            now);
    memory = step.memory();
    return step;
  }

  private static MemberFixture fresh(int number) {
    return member(number).standby().revision(2);
  }

  private static MonotonicTime at(int second) {
    return START.plus(Duration.ofSeconds(second));
  }

  private static InstanceId id(int number) {
    return new InstanceId(MemberFixture.SHOP, number);
  }
}
