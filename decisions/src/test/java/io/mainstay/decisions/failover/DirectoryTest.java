package io.mainstay.decisions.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Endpoint.Readiness;
import io.mainstay.model.state.Role;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DirectoryTest {
  private static final NodeName NODE = new NodeName("n1");
  private static final InstanceId SHOP_1 = new InstanceId(new ServiceName("shop"), 1);

  private final Directory directory = new Directory();

  private boolean isOut(long generation, Readiness readiness) {
    Endpoint endpoint =
        new Endpoint(
            SHOP_1,
            NODE,
            generation,
            Role.SERVING,
            readiness,
            Optional.of(new Address("127.0.0.1", 20000)));
    directory.publish(NODE, List.of(endpoint));
    return directory.isRemoved(endpoint);
  }

  @Test
  void keepsAWithdrawnRunOutUntilAHigherGenerationAppears() {
    isOut(1, Readiness.READY);
    directory.withdraw(SHOP_1, 1, "it has exited");
    assertThat(isOut(1, Readiness.READY)).isTrue();
    assertThat(isOut(1, Readiness.STARTING)).isTrue();
    assertThat(isOut(1, Readiness.READY)).isTrue();
    assertThat(isOut(2, Readiness.READY)).isFalse();
  }

  @Test
  void keepsADrainedRunOutUntilItIsReadyAnew() {
    isOut(1, Readiness.READY);
    directory.drain(SHOP_1, 1);
    assertThat(isOut(1, Readiness.READY)).as("an older snapshot").isTrue();
    assertThat(isOut(1, Readiness.DRAINING)).isTrue();
    assertThat(isOut(1, Readiness.FROZEN)).isTrue();
    assertThat(isOut(1, Readiness.READY)).as("thawed").isFalse();
  }

  @Test
  void aWithdrawalOutweighsADrain() {
    isOut(1, Readiness.READY);
    directory.drain(SHOP_1, 1);
    assertThat(directory.withdraw(SHOP_1, 1, "it has exited")).isTrue();
    assertThat(directory.drain(SHOP_1, 1)).isFalse();
    assertThat(isOut(1, Readiness.DRAINING)).isTrue();
    assertThat(isOut(1, Readiness.READY)).isTrue();
  }

  private static Endpoint on(String node, long generation, Readiness readiness) {
    return new Endpoint(
        SHOP_1,
        new NodeName(node),
        generation,
        Role.SERVING,
        readiness,
        Optional.of(new Address("127.0.0.1", 20000)));
  }

  private void publish(Endpoint endpoint) {
    directory.publish(endpoint.node(), List.of(endpoint));
  }

  @Test
  void aNumberThatIsUsedAgainOnAnotherNodeCountsItsGenerationsAnew() {
    publish(on("n1", 7, Readiness.READY));
    directory.withdraw(SHOP_1, 7, "it has exited");
    publish(on("n1", 7, Readiness.OUT));

    Endpoint anew = on("n2", 1, Readiness.READY);
    publish(anew);

    assertThat(directory.of(SHOP_1.service())).containsExactly(anew);
    assertThat(directory.isRemoved(anew)).isFalse();
    assertThat(directory.isRemoved(on("n1", 7, Readiness.READY))).isTrue();
  }

  @Test
  void aNodeThatWasForgottenBeginsAnew() {
    publish(on("n1", 7, Readiness.READY));
    directory.publish(new NodeName("n1"), List.of());
    Endpoint anew = on("n1", 1, Readiness.READY);
    publish(anew);

    assertThat(directory.of(SHOP_1.service())).containsExactly(anew);
  }

  @Test
  void aHigherGenerationOrAnotherRoleKeepsOthersWithdrawn() {
    publish(on("n2", 3, Readiness.READY));
    directory.withdraw(SHOP_1, 3, "it has exited");
    Endpoint standby =
        new Endpoint(
            SHOP_1,
            new NodeName("n2"),
            3,
            Role.STANDBY,
            Readiness.READY,
            Optional.of(new Address("127.0.0.1", 20000)));
    publish(standby);
    assertThat(directory.isRemoved(standby)).isTrue();
    publish(on("n2", 4, Readiness.READY));
    assertThat(directory.isRemoved(on("n2", 4, Readiness.READY))).isFalse();
    publish(on("n2", 3, Readiness.READY));
    assertThat(directory.of(SHOP_1.service())).as("an older snapshot").isEmpty();
  }

  @Test
  void whatWasWithdrawnHereMayRunElsewhereWithALowerGeneration() {
    NodeName other = new NodeName("n2");
    // A run that is being stopped counts as the next one already.
    isOut(6, Readiness.STARTING);
    directory.withdraw(SHOP_1, 5, "ended as asked");
    directory.publish(NODE, List.of());
    // An agent withdraws what ended meanwhile before anybody has heard of other nodes.
    directory.self(NODE);
    Endpoint moved =
        new Endpoint(
            SHOP_1,
            other,
            1,
            Role.SERVING,
            Readiness.READY,
            Optional.of(new Address("10.0.0.2", 20000)));
    directory.publish(other, List.of(moved));
    assertThat(directory.isRemoved(moved)).isFalse();
  }

  @Test
  void takesLowerGenerationsOfANodeThatBeginsAnew() {
    isOut(7, Readiness.READY);
    directory.beginAnew(NODE);
    isOut(1, Readiness.READY);
    assertThat(directory.of(SHOP_1.service()))
        .singleElement()
        .extracting(Endpoint::generation)
        .isEqualTo(1L);
  }
}
