package io.mainstay.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.cluster.GatheredSignals;
import io.mainstay.cluster.NodeTrials;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.Phase;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.NodeReport;
import io.mainstay.ports.Prober;
import io.mainstay.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NodeTrialsTest {
  private final VirtualTime time = new VirtualTime();
  private final Mailbox mailbox = time.mailbox("server");
  private final List<String> asked = new ArrayList<>();
  private final TreeSet<String> alive = new TreeSet<>();
  private final NodeTrials trials =
      new NodeTrials(
          States.node(1),
          (request, done) -> {
            String host = request.address().orElseThrow().host();
            asked.add(host);
            boolean passes = alive.contains(host);
            mailbox.after(
                passes ? Duration.ofMillis(5) : request.timeout(),
                () ->
                    done.accept(
                        new Prober.Result(
                            passes ? Prober.Outcome.PASS : Prober.Outcome.FAIL,
                            "",
                            "",
                            Duration.ZERO)));
          },
          mailbox,
          time);

  private void present(boolean second) {
    trials.changed(
        States.state(
            List.of(States.presence(1, true), States.presence(2, second)),
            List.of(States.observed(1, 1, Phase.READY), States.observed(2, 2, Phase.READY))));
  }

  @Test
  void asksNobodyWhileAllSessionsLive() {
    present(true);
    time.runFor(Duration.ofMinutes(1));
    assertThat(asked).isEmpty();
    assertThat(trials.answering()).isEmpty();
  }

  @Test
  void asksANodeWithoutSessionEverySecondUntilItIsBack() {
    present(true);
    alive.add("10.0.0.2");
    present(false);
    time.runFor(Duration.ofSeconds(10));
    assertThat(asked).hasSizeBetween(9, 11).containsOnly("10.0.0.2");
    assertThat(trials.answering()).containsExactly(States.node(2));
    alive.clear();
    time.runFor(Duration.ofSeconds(4));
    assertThat(trials.answering()).isEmpty();
    alive.add("10.0.0.2");
    time.runFor(Duration.ofSeconds(2));
    assertThat(trials.answering()).containsExactly(States.node(2));
    present(true);
    int before = asked.size();
    time.runFor(Duration.ofSeconds(10));
    assertThat(asked).hasSize(before);
    assertThat(trials.answering()).isEmpty();
  }

  @Test
  void asksAllOthersWhileTheCoordinationIsAwayAndTheSilentOnesUntilItsSessionMustHaveEnded() {
    present(true);
    trials.connection(false, "no leader");
    time.runFor(Duration.ofSeconds(2));
    assertThat(asked).hasSizeBetween(1, 3).containsOnly("10.0.0.2");
    assertThat(silence()).isBetween(Duration.ofMillis(1_900), Duration.ofSeconds(2));
    trials.connection(true, "connected again");
    present(true);
    time.runFor(Duration.ofSeconds(3));
    assertThat(silence()).as("its session may outlive it").isGreaterThan(Duration.ofSeconds(4));
    present(false);
    time.runFor(Duration.ofSeconds(10));
    assertThat(silence()).isGreaterThan(Duration.ofSeconds(14));
    alive.add("10.0.0.2");
    time.runFor(Duration.ofSeconds(2));
    assertThat(silence()).isLessThan(Duration.ofMillis(100));
    assertThat(trials.answering()).containsExactly(States.node(2));
  }

  @Test
  void forgetsASilenceOfANodeWhoseSessionLives() {
    present(true);
    trials.connection(false, "no leader");
    time.runFor(Duration.ofSeconds(2));
    trials.connection(true, "connected again");
    time.runFor(Duration.ofSeconds(8));
    assertThat(trials.silent()).isEmpty();
    int before = asked.size();
    time.runFor(Duration.ofSeconds(10));
    assertThat(asked).hasSize(before);
  }

  private Duration silence() {
    return trials.silent().stream()
        .map(NodeReport.Silence::lasts)
        .findFirst()
        .orElse(Duration.ZERO);
  }

  @Test
  void aNodeIsSilentForAsLongAsAllSaySo() {
    present(false);
    NodeName two = States.node(2);
    NodeName three = States.node(3);
    GatheredSignals gathered =
        new GatheredSignals(States.node(1), List::of, List::of, trials, time);
    time.runFor(Duration.ofSeconds(5));
    assertThat(gathered.silence(two, List.of(States.node(1)))).isGreaterThan(Duration.ofSeconds(4));
    assertThat(gathered.silence(two, List.of(States.node(1), three))).isZero();
    gathered.accept(
        new NodeReport(
            three,
            List.of(),
            List.of(),
            List.of(),
            List.of(new NodeReport.Silence(two, Duration.ofSeconds(2)))));
    assertThat(gathered.silence(two, List.of(States.node(1), three)))
        .isEqualTo(Duration.ofSeconds(2));
    time.runFor(Duration.ofSeconds(3));
    assertThat(gathered.silence(two, List.of(States.node(1), three))).as("heard long ago").isZero();
    assertThat(gathered.silence(two, List.of())).isZero();
  }

  @Test
  void whatOthersSeeCountsForTheLeaderWhileItIsFresh() {
    GatheredSignals gathered =
        new GatheredSignals(States.node(1), List::of, List::of, trials, time);
    NodeName two = States.node(2);
    gathered.accept(new NodeReport(States.node(3), List.of(), List.of(), List.of(two), List.of()));
    assertThat(gathered.answering()).containsExactly(two);
    time.runFor(Duration.ofSeconds(3));
    assertThat(gathered.answering()).isEmpty();
  }
}
