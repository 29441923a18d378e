package io.mainstay.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.FlowKey;
import io.mainstay.model.state.FlowSighting;
import io.mainstay.ports.FlowSource.Taken;
import io.mainstay.ports.NodeReport;
import io.mainstay.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatheredFlowsTest {
  private static final FlowKey SHIP = new FlowKey(new ServiceName("shop"), "ship");
  private static final NodeName OTHER = new NodeName("n2");
  private final VirtualTime time = new VirtualTime();
  private final List<FlowSighting> own = new ArrayList<>();
  private final GatheredFlows flows =
      new GatheredFlows(
          () -> {
            Taken taken = new Taken(own, 0, time.now());
            own.clear();
            return taken;
          },
          time);

  private static FlowSighting seen(long key, MonotonicTime at) {
    return new FlowSighting(
        SHIP, FlowSighting.Side.WHEN, at, FlowSighting.Outcome.SEEN, key, "k" + key);
  }

  private void heard(Taken what) {
    flows.accept(new NodeReport(OTHER, List.of(), List.of(), List.of(), List.of(), what));
  }

  private void pass(Duration duration) {
    time.runFor(duration);
  }

  @Test
  void isNothingButItsOwnWhileNobodyElseReports() {
    pass(Duration.ofSeconds(100));
    own.add(seen(1, time.now()));
    Taken taken = flows.take();
    assertThat(taken.sightings()).hasSize(1);
    assertThat(taken.upTo()).isEqualTo(time.now());
  }

  @Test
  void bringsTimesOfOthersToItsOwnClock() {
    pass(Duration.ofSeconds(100));
    MonotonicTime theirs = new MonotonicTime(7_000_000_000L);
    heard(new Taken(List.of(seen(1, new MonotonicTime(6_800_000_000L))), 0, theirs));
    own.add(seen(2, time.now()));
    Taken taken = flows.take();
    assertThat(taken.sightings())
        .extracting(one -> time.now().since(one.time()).toMillis())
        .containsExactlyInAnyOrder(0L, 200L);
    assertThat(taken.upTo()).as("a late report is waited for").isLessThan(time.now());
    assertThat(flows.take().sightings()).isEmpty();
  }

  @Test
  void accusesNobodyWhileReportsAreMissing() {
    pass(Duration.ofSeconds(100));
    heard(Taken.nothing());
    assertThat(flows.take().dropped()).isZero();
    pass(Duration.ofSeconds(3));
    assertThat(flows.take().dropped()).isPositive();
    pass(Duration.ofSeconds(40));
    assertThat(flows.take().dropped()).as("it is gone").isZero();
  }

  @Test
  void sendsAgainWhatALostReportHeld() {
    List<FlowSighting> seen = new ArrayList<>();
    FlowOutbox outbox =
        new FlowOutbox(() -> {
          Taken taken = new Taken(seen, 0, time.now());
          seen.clear();
          return taken;
        });
    seen.add(seen(1, time.now()));
    assertThat(outbox.next().sightings()).hasSize(1);
    seen.add(seen(2, time.now()));
    Taken both = outbox.next();
    assertThat(both.sightings()).extracting(FlowSighting::key).containsExactly(1L, 2L);
    outbox.delivered(both);
    assertThat(outbox.next().sightings()).isEmpty();
  }

  @Test
  void isBounded() {
    List<FlowSighting> many = new ArrayList<>();
    for (int i = 0; i < FlowOutbox.UNSENT_MAX + 5; i++) {
      many.add(seen(i, time.now()));
    }
    FlowOutbox outbox = new FlowOutbox(() -> new Taken(many, 0, time.now()));
    Taken taken = outbox.next();
    assertThat(taken.sightings()).hasSize(FlowOutbox.UNSENT_MAX);
    assertThat(taken.dropped()).isEqualTo(5);
    outbox.delivered(taken);
    assertThat(outbox.next().dropped()).isEqualTo(5);
  }
}
