package io.mainstay.zookeeper;

import io.mainstay.model.Address;
import io.mainstay.ports.ClusterControl.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The server of this process as one of several. One thread, that of the peer. */
final class QuorumKind implements PeerKind {
  private final Member self;
  private final PeerTls tls;
  private volatile @Nullable QuorumServer running;

  /** For a folder that has its configuration already. */
  QuorumKind(Member self, PeerTls tls) {
    this.self = self;
    this.tls = tls;
  }

  @Override
  public PeerServer start(Path directory, Runnable died, boolean first) throws IOException {
    QuorumServer started =
        QuorumServer.start(
            QuorumConfiguration.load(directory),
            tls,
            new Address(self.host(), self.clientPort()).toString());
    running = started;
    return started;
  }

  @Override
  public boolean mayBeginAnew() {
    return false;
  }

  @Override
  public void tick() {}

  /** The server that runs now; any thread. */
  Optional<QuorumServer> server() {
    return Optional.ofNullable(running);
  }
}
