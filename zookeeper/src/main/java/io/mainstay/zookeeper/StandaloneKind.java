package io.mainstay.zookeeper;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** One server, which nobody but this process connects to. */
final class StandaloneKind implements PeerKind {
  @Override
  public PeerServer start(Path directory, Runnable died, boolean first)
      throws IOException, InterruptedException {
    if (QuorumConfiguration.exists(directory)) {
      throw new IOException(
          directory
              + " belongs to a server of a cluster (expected: started with the address that it"
              + " advertises)");
    }
    return StandaloneServer.start(PeerConfiguration.load(directory), died, first);
  }

  @Override
  public boolean mayBeginAnew() {
    return true;
  }

  @Override
  public void tick() {
    // Nothing changes by itself.
  }

  @Override
  public Duration tickEvery() {
    return Duration.ofSeconds(1);
  }
}
