package io.mainstay.zookeeper;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.auth.ProviderRegistry;
import org.apache.zookeeper.server.quorum.QuorumPeer;
import org.apache.zookeeper.server.quorum.QuorumPeer.ServerState;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.apache.zookeeper.server.quorum.flexible.QuorumVerifier;
import org.jspecify.annotations.Nullable;

/**
 * One ZooKeeper server of this process, one of several. Made by hand like ZooKeeper's own main
 * class makes it, but in the background, and without ever ending the process.
 */
final class QuorumServer implements PeerServer {
  /** A server that leads or follows has its parts running after that long, or never. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);

  /** One that served and does not any more, but has not gone to look for the others, is dead. */
  private static final long PATIENCE_AT_DEATH_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long PATIENCE_AT_STOP_MILLIS = 3_000;

  private final QuorumPeer peer;
  private final String address;
  private volatile @Nullable ZooKeeperServer served;
  private volatile long idleSince = System.nanoTime();

  private QuorumServer(QuorumPeer peer, String address) {
    this.peer = peer;
    this.address = address;
  }

  /**
   * Loads the stored state and goes to look for the others.
   *
   * @param tls files of this node
   * @param address where clients reach it, as a connect string
   * @throws StandaloneServer.DamagedException if the stored state cannot be read
   * @throws IOException if the machine does not let it start
   */
  static QuorumServer start(QuorumPeerConfig config, PeerTls tls, String address)
      throws IOException {
    TlsSettings.applyProcessWide(tls);
    ProviderRegistry.initialize();
    ServerCnxnFactory clients = ServerCnxnFactory.createFactory();
    clients.configure(
        config.getSecureClientPortAddress(),
        config.getMaxClientCnxns(),
        config.getClientPortListenBacklog(),
        true);
    QuorumPeer peer = QuorumPeer.createFromConfig(config);
    try {
      peer.setSecureCnxnFactory(clients);
      peer.initialize();
      peer.setDaemon(true);
      peer.start();
      return new QuorumServer(peer, address);
    } catch (IOException | RuntimeException e) {
      stop(peer);
      clients.shutdown();
      // What cannot be read is thrown as a plain runtime exception around the cause.
      throw e.getCause() instanceof IOException damage
          ? new StandaloneServer.DamagedException(
              "cannot read the stored state: " + damage.getMessage(), damage)
          : new IOException(e.getMessage(), e);
    }
  }

  @Override
  public boolean isRunning() {
    if (!peer.isAlive()) {
      return false;
    }
    ZooKeeperServer active = peer.getActiveServer();
    if (active != null && active.isRunning()) {
      served = active;
    }
    if (serves() || peer.getPeerState() == ServerState.LOOKING) {
      idleSince = System.nanoTime();
      return true;
    }
    long patience = active != null && active == served ? PATIENCE_AT_DEATH_NANOS : PATIENCE_NANOS;
    return System.nanoTime() - idleSince < patience;
  }

  @Override
  public boolean serves() {
    ZooKeeperServer active = peer.getActiveServer();
    return active != null && active.isRunning();
  }

  @Override
  public String address() {
    return address;
  }

  /** Whether it leads the other servers. */
  boolean leads() {
    return peer.getPeerState() == ServerState.LEADING && serves();
  }

  /** Who votes and who does not, as far as this server knows. */
  QuorumVerifier members() {
    return peer.getQuorumVerifier();
  }

  @Override
  public void stop() {
    stop(peer);
  }

  private static void stop(QuorumPeer peer) {
    peer.shutdown();
    try {
      peer.join(PATIENCE_AT_STOP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
