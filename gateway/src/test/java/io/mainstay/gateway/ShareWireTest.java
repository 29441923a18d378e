package io.mainstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Endpoint.Readiness;
import io.mainstay.model.state.Role;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Instances that ask for less of their weight, as agents of their machines say. */
class ShareWireTest {
  @Test
  void givesAnInstanceTheShareOfItsWeightThatItAsksFor() throws IOException {
    try (TestWorld world =
            TestWorld.nio()
                .deploy(
                    TestWorld.policy(policy ->
                        policy.balance(
                            TrafficPolicy.Balance.ROUND_ROBIN,
                            new LinkedHashMap<>(Map.of("shop-2", 2.0)))));
        TestBackend plain = TestBackend.answering("plain");
        TestBackend busy = TestBackend.answering("busy")) {
      publish(world, plain, busy, 0.25);
      // Weights 1 and 2 × 0.25.
      assertThat(answers(world, 60)).isEqualTo(Map.of("plain", 40, "busy", 20));
      publish(world, plain, busy, 1);
      assertThat(answers(world, 60)).isEqualTo(Map.of("plain", 20, "busy", 40));
    }
  }

  private static Map<String, Integer> answers(TestWorld world, int requests) throws IOException {
    Map<String, Integer> answers = new TreeMap<>();
    try (RawClient client = world.client()) {
      for (int i = 0; i < requests; i++) {
        answers.merge(client.get("/").text(), 1, Integer::sum);
      }
    }
    return answers;
  }

  private static void publish(TestWorld world, TestBackend plain, TestBackend busy, double share) {
    world.gateway.publish(TestWorld.NODE, List.of(endpoint(1, plain, 1), endpoint(2, busy, share)));
  }

  private static Endpoint endpoint(int number, TestBackend backend, double share) {
    return new Endpoint(
        TestWorld.id(number),
        TestWorld.NODE,
        1,
        Role.SERVING,
        Readiness.READY,
        Optional.of(new Address("127.0.0.1", backend.port())),
        share);
  }
}
