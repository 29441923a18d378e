package io.mainstay.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Desired;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Coordinator.WriteResult;
import io.mainstay.ports.Mailbox;
import io.mainstay.testkit.CoordinatorContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZooKeeperCoordinatorTest extends CoordinatorContract {
  private static final AtomicInteger CLUSTERS = new AtomicInteger();
  @TempDir static Path folder;
  private static CoordinationPeer peer;
  private static int port;

  @BeforeAll
  static void startPeer() {
    peer = new CoordinationPeer(folder.resolve("zookeeper"), new RecordingPeerListener());
    String address = peer.address().toCompletableFuture().join();
    port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
  }

  @AfterAll
  static void stopPeer() {
    peer.close();
  }

  @Override
  protected Setup open() {
    return new RealSetup("test-" + CLUSTERS.incrementAndGet(), new Relay(port));
  }

  @Test
  void refusesAValueThatZooKeeperCannotHold() {
    try (RealSetup setup = (RealSetup) open()) {
      List<WriteResult> results = new CopyOnWriteArrayList<>();
      Path long1 = Path.of("/" + "x".repeat(Writer.MAX_BYTES));
      setup
          .first()
          .writeDesired(
              new Desired(1, Deployment.empty(long1), List.of()), 0, setup.mailbox(), results::add);
      assertThat(setup.runUntil(() -> !results.isEmpty(), Duration.ofSeconds(10))).isTrue();
      assertThat(results.getFirst())
          .isInstanceOfSatisfying(
              WriteResult.Failed.class,
              failed -> assertThat(failed.reason()).contains("at most 900000"));
    }
  }

  @Test
  void failsWritesAtOnceWhileNoAddressIsKnown() {
    try (ThreadMailbox mailbox = new ThreadMailbox();
        ZooKeeperCoordinator early =
            new ZooKeeperCoordinator(new CompletableFuture<>(), "early", new TinyCodec())) {
      List<WriteResult> results = new CopyOnWriteArrayList<>();
      early.writeObserved(observed(new NodeName("n"), 1), mailbox, results::add);
      assertThat(Waiting.until(() -> results.size() == 1, Duration.ofSeconds(5))).isTrue();
      assertThat(results.getFirst()).isInstanceOf(WriteResult.Failed.class);
    }
  }

  private static final class RealSetup implements Setup {
    private final Relay relay;
    private final ZooKeeperCoordinator first;
    private final ZooKeeperCoordinator second;
    private final List<ThreadMailbox> mailboxes = new ArrayList<>();

    RealSetup(String cluster, Relay relay) {
      this.relay = relay;
      var address = CompletableFuture.completedFuture(relay.address());
      first = new ZooKeeperCoordinator(address, cluster, new TinyCodec());
      second = new ZooKeeperCoordinator(address, cluster, new TinyCodec());
      AtomicInteger ready = new AtomicInteger();
      for (Coordinator one : List.of(first, second)) {
        one.subscribe(
            mailbox(),
            new Coordinator.Listener() {
              private boolean counted;

              @Override
              public void changed(Coordinator.State state) {
                if (!counted) {
                  counted = true;
                  ready.incrementAndGet();
                }
              }

              @Override
              public void connection(boolean connected, String reason) {}
            });
      }
      assertThat(Waiting.until(() -> ready.get() == 2, Duration.ofSeconds(15))).isTrue();
    }

    @Override
    public Coordinator first() {
      return first;
    }

    @Override
    public Coordinator second() {
      return second;
    }

    @Override
    public Mailbox mailbox() {
      ThreadMailbox mailbox = new ThreadMailbox();
      mailboxes.add(mailbox);
      return mailbox;
    }

    @Override
    public boolean runUntil(BooleanSupplier condition, Duration limit) {
      return Waiting.until(condition, limit);
    }

    @Override
    public void cut() {
      relay.cut();
    }

    @Override
    public void mend() {
      relay.mend();
    }

    @Override
    public void close() {
      first.close();
      second.close();
      relay.close();
      mailboxes.forEach(ThreadMailbox::close);
    }
  }
}
