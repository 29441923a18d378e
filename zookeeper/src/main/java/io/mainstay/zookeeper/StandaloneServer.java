package io.mainstay.zookeeper;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ServerConfig;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.jspecify.annotations.Nullable;

/** One ZooKeeper server of this process, standing alone, from its start to its end. */
final class StandaloneServer implements PeerServer {
  private final Server server;
  private final ServerCnxnFactory connections;
  private final FileTxnSnapLog log;

  private StandaloneServer(Server server, ServerCnxnFactory connections, FileTxnSnapLog log) {
    this.server = server;
    this.connections = connections;
    this.log = log;
  }

  /**
   * Loads the stored state and serves it.
   *
   * @param died runs, on a thread of ZooKeeper, when the server stops working by itself
   * @param endOldSessions whether sessions found in the state belong to an earlier process and end
   *     at once, so that nobody waits for the time-out of a leader that is gone
   * @throws DamagedException if the stored state cannot be read
   * @throws IOException if the machine does not let it start
   */
  static StandaloneServer start(ServerConfig config, Runnable died, boolean endOldSessions)
      throws IOException, InterruptedException {
    FileTxnSnapLog log = new FileTxnSnapLog(config.getDataLogDir(), config.getDataDir());
    Server server = new Server(log, config, died);
    log.setServerStats(server.serverStats());
    ServerCnxnFactory connections = null;
    try {
      try {
        server.startdata();
      } catch (IOException | RuntimeException e) {
        throw new DamagedException("cannot read the stored state: " + e.getMessage(), e);
      }
      List<Long> old =
          endOldSessions ? List.copyOf(server.getZKDatabase().getSessions()) : List.of();
      connections = ServerCnxnFactory.createFactory();
      InetSocketAddress address = config.getClientPortAddress();
      connections.configure(address, config.getMaxClientCnxns(), -1, false);
      connections.startup(server);
      old.forEach(server::closeSession);
      return new StandaloneServer(server, connections, log);
    } catch (IOException | InterruptedException | RuntimeException e) {
      stop(server, connections, log);
      throw e;
    }
  }

  @Override
  public boolean isRunning() {
    return server.isRunning();
  }

  @Override
  public boolean serves() {
    return isRunning();
  }

  @Override
  public String address() {
    return "127.0.0.1:" + connections.getLocalPort();
  }

  @Override
  public void stop() {
    stop(server, connections, log);
  }

  private static void stop(
      Server server, @Nullable ServerCnxnFactory connections, FileTxnSnapLog log) {
    server.stopping = true;
    if (connections != null) {
      connections.shutdown();
    }
    server.shutdown();
    try {
      log.close();
    } catch (IOException e) {
      // Every acknowledged write was forced to the disk before; nothing is left to save.
    }
  }

  /** The stored state cannot be read. */
  static final class DamagedException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private static final class Server extends ZooKeeperServer {
    private final Runnable died;
    private volatile boolean stopping;

    Server(FileTxnSnapLog log, ServerConfig config, Runnable died) {
      super(
          log,
          config.getTickTime(),
          config.getMinSessionTimeout(),
          config.getMaxSessionTimeout(),
          config.getClientPortListenBacklog(),
          null,
          "");
      this.died = died;
    }

    @Override
    protected void setState(State newState) {
      super.setState(newState);
      if (!stopping && (newState == State.ERROR || newState == State.SHUTDOWN)) {
        died.run();
      }
    }
  }
}
