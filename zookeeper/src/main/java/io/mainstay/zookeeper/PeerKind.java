package io.mainstay.zookeeper;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** How the server of this process is started: standing alone, or as one of several. */
interface PeerKind {
  /**
   * Starts it; may return before it serves.
   *
   * @param directory of its state and configuration
   * @param died runs, on a thread of ZooKeeper, when the server stops working by itself
   * @param first whether it is the first start in this process
   * @throws StandaloneServer.DamagedException if the stored state cannot be read
   * @throws IOException if the machine, or what it remembers, does not let it start
   */
  PeerServer start(Path directory, Runnable died, boolean first)
      throws IOException, InterruptedException;

  /** Whether a state that cannot be read may be replaced by what can be saved of it. */
  boolean mayBeginAnew();

  /** Called again and again while it runs, on the peer's thread. */
  void tick();

  /** How long between two ticks, once it serves. */
  Duration tickEvery();
}
