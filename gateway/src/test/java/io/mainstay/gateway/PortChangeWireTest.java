package io.mainstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Endpoint.Readiness;
import io.mainstay.model.state.Role;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An instance that comes back on another port. */
class PortChangeWireTest {
  @Test
  void followsARunThatGotItsPortAfterItWasAnnounced() throws IOException {
    try (TestWorld world = TestWorld.nio().deploy(TestWorld.policy());
        TestBackend old = TestBackend.answering("old");
        TestBackend fresh = TestBackend.answering("fresh")) {
      publish(world, 1, Readiness.READY, old);
      try (RawClient client = world.client()) {
        assertThat(client.get("/").text()).isEqualTo("old");
      }

      publish(world, 2, Readiness.STARTING, old);
      publish(world, 2, Readiness.READY, fresh);

      try (RawClient client = world.client()) {
        assertThat(client.get("/").text()).isEqualTo("fresh");
      }
    }
  }

  private static void publish(
      TestWorld world, long generation, Readiness readiness, TestBackend backend) {
    Endpoint endpoint =
        new Endpoint(
            TestWorld.id(1),
            TestWorld.NODE,
            generation,
            Role.SERVING,
            readiness,
            Optional.of(new Address("127.0.0.1", backend.port())));
    world.gateway.publish(TestWorld.NODE, List.of(endpoint));
  }
}
