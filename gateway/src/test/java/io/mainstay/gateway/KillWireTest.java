package io.mainstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** An instance is killed under load: no GET fails, and no POST is seen twice. */
@ParameterizedClass
@MethodSource("io.mainstay.gateway.ForwardingWireTest#transports")
class KillWireTest {
  private final io.mainstay.gateway.transport.Transport.Preference transport;

  KillWireTest(io.mainstay.gateway.transport.Transport.Preference transport) {
    this.transport = transport;
  }

  @Test
  void losesNoGetAndSendsNoPostTwice() throws Exception {
    try (TestWorld world = new TestWorld(transport).deploy(TestWorld.policy());
        TestBackend victim = TestBackend.answering("ok");
        TestBackend two = TestBackend.answering("ok");
        TestBackend three = TestBackend.answering("ok");
        TestBackend standby = TestBackend.answering("ok")) {
      world.serve(victim, two, three).standBy(standby);
      AtomicBoolean stop = new AtomicBoolean();
      AtomicInteger number = new AtomicInteger();
      int failed = 0;
      try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
          all.add(clients.submit(() -> load(world, number, stop)));
        }
        TestWorld.await(() -> victim.requests.size() > 100);
        victim.kill();
        world.gateway.withdraw(TestWorld.id(1), 1, "exited");
        TestWorld.await(() -> standby.requests.size() > 100);
        stop.set(true);
        for (Future<Integer> one : all) {
          failed += one.get();
        }
      }
      assertThat(failed).as("failed GETs").isZero();
      Map<String, Integer> posts = new TreeMap<>();
      for (TestBackend backend : List.of(victim, two, three, standby)) {
        for (TestBackend.Request request : backend.requests) {
          if (request.method().equals("POST")) {
            posts.merge(request.line(), 1, Integer::sum);
          }
        }
      }
      assertThat(posts.values()).as("how often each POST was seen").containsOnly(1);
    }
  }

  private static int load(TestWorld world, AtomicInteger number, AtomicBoolean stop)
      throws IOException {
    int failed = 0;
    try (RawClient client = world.client()) {
      while (!stop.get()) {
        int next = number.incrementAndGet();
        if (next % 3 == 0) {
          client.send("POST /" + next + " HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
          assertThat(client.answer().status()).isIn(200, 502);
        } else if (client.get("/" + next).status() != 200) {
          failed++;
        }
      }
    }
    return failed;
  }
}
