package io.mainstay.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.TransactionRun.Call;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Instance k of the shop is on machine k; this is machine 1. */
class GatheredCallsTest {
  private static final String RUN = "0123456789abcdef0123456789abcdef";

  private final KnownNodes nodes = new KnownNodes();
  private final Map<Address, List<Call>> seen = new HashMap<>();
  private final List<Address> asked = new ArrayList<>();
  private List<Call> own = List.of();
  private final GatheredCalls calls =
      new GatheredCalls(
          States.node(1),
          _ -> own,
          nodes,
          (node, run) -> {
            assertThat(run).isEqualTo(RUN);
            asked.add(node);
            List<Call> answer = seen.get(node);
            return answer == null
                ? CompletableFuture.failedFuture(new IOException("no route"))
                : CompletableFuture.completedFuture(answer);
          });

  private static Call call(int instance, int status) {
    return new Call(States.SHOP, Optional.of(new InstanceId(States.SHOP, instance)), status);
  }

  @BeforeEach
  void threeMachines() {
    nodes.changed(
        States.state(
            List.of(States.presence(1, true), States.presence(2, true), States.presence(3, true)),
            List.of(
                States.observed(1, 1, Phase.READY),
                States.observed(2, 2, Phase.READY),
                States.observed(3, 3, Phase.READY))));
  }

  @Test
  void asksNobodyIfTheRunStayedHere() {
    own = List.of(call(1, 200));
    assertThat(calls.take(RUN)).containsExactly(call(1, 200));
    assertThat(asked).isEmpty();
  }

  @Test
  void asksNobodyIfNothingWasSeen() {
    assertThat(calls.take(RUN)).isEmpty();
    assertThat(asked).isEmpty();
  }

  @Test
  void followsARunFromMachineToMachineAndPutsFirstWhoAnsweredFirst() {
    own = List.of(call(2, 502));
    seen.put(States.api(2), List.of(call(3, 503)));
    seen.put(States.api(3), List.of(call(1, 0), call(2, 500)));
    assertThat(calls.take(RUN))
        .containsExactly(call(1, 0), call(2, 500), call(3, 503), call(2, 502));
    assertThat(asked).containsExactly(States.api(2), States.api(3));
  }

  @Test
  void asksEachMachineOnce() {
    own = List.of(call(2, 200), call(3, 200), call(2, 200));
    seen.put(States.api(2), List.of());
    seen.put(States.api(3), List.of());
    assertThat(calls.take(RUN)).isEqualTo(own);
    assertThat(asked).containsExactly(States.api(2), States.api(3));
  }

  @Test
  @Timeout(30)
  void goesOnWithoutAMachineThatDoesNotAnswer() {
    own = List.of(call(2, 200), call(3, 200));
    seen.put(States.api(3), List.of(call(1, 200)));
    GatheredCalls patient =
        new GatheredCalls(
            States.node(1),
            _ -> own,
            nodes,
            (node, _) ->
                node.equals(States.api(2))
                    ? new CompletableFuture<>()
                    : CompletableFuture.completedFuture(List.of(call(1, 200))));
    assertThat(patient.take(RUN)).containsExactly(call(1, 200), call(2, 200), call(3, 200));
    assertThat(calls.take(RUN)).containsExactly(call(1, 200), call(2, 200), call(3, 200));
  }

  @Test
  void asksNoMachineWhoseSessionIsGone() {
    nodes.changed(
        States.state(
            List.of(States.presence(1, true), States.presence(2, false)),
            List.of(States.observed(2, 2, Phase.READY))));
    own = List.of(call(2, 0));
    assertThat(calls.take(RUN)).isEqualTo(own);
    assertThat(asked).isEmpty();
  }

  @Test
  void staysInterruptedAndAnswersAtOnceWhatIsKnown() {
    own = List.of(call(2, 0));
    GatheredCalls waiting =
        new GatheredCalls(
            States.node(1), _ -> own, nodes, (_, _) -> new CompletableFuture<List<Call>>());
    Thread.currentThread().interrupt();
    assertThat(waiting.take(RUN)).isEqualTo(own);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void anUnknownInstanceLeadsNowhere() {
    own = List.of(new Call(new ServiceName("other"), Optional.empty(), 503), call(9, 0));
    assertThat(calls.take(RUN)).isEqualTo(own);
    assertThat(asked).isEmpty();
  }
}
