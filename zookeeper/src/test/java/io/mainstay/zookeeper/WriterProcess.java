package io.mainstay.zookeeper;

import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Desired;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Coordinator.WriteResult;
import java.nio.file.Path;
import java.util.List;

/** A process of its own that writes one generation after the other and says which are stored. */
final class WriterProcess implements Coordinator.Listener {
  private final ThreadMailbox mailbox = new ThreadMailbox();
  private final Coordinator coordinator;
  private boolean begun;

  private WriterProcess(Coordinator coordinator) {
    this.coordinator = coordinator;
  }

  /** The argument names the state folder. */
  public static void main(String[] arguments) throws InterruptedException {
    CoordinationPeer peer =
        new CoordinationPeer(Path.of(arguments[0]), new RecordingPeerListener());
    Coordinator coordinator = new ZooKeeperCoordinator(peer.address(), "killed", new TinyCodec());
    WriterProcess writer = new WriterProcess(coordinator);
    coordinator.subscribe(writer.mailbox, writer);
    Thread.currentThread().join();
  }

  @Override
  public void changed(Coordinator.State state) {
    if (!begun) {
      begun = true;
      System.out.println("found " + state.desired().map(Desired::generation).orElse(0L));
      write(state.desiredVersion());
    }
  }

  @Override
  public void connection(boolean connected, String reason) {
    System.out.println("connection " + connected);
  }

  private void write(long version) {
    Desired next = new Desired(version + 1, Deployment.empty(Path.of("/base")), List.of());
    coordinator.writeDesired(
        next,
        version,
        mailbox,
        result -> {
          if (result instanceof WriteResult.Written written) {
            System.out.println("stored " + written.version());
            write(written.version());
          } else {
            System.out.println("failed " + result);
          }
        });
  }
}
