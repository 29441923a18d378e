package io.mainstay.zookeeper;

import io.mainstay.model.Address;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.curator.ensemble.fixed.FixedEnsembleProvider;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;

/**
 * Where the shared state lives, as a client sees it.
 *
 * @param endpoints the servers
 * @param tls how the client proves who it is; empty: it does not
 */
record Ensemble(Endpoints endpoints, Optional<PeerTls> tls) {
  /** Rides out a change of leader in an ensemble; measured, see docs/decisions/060. */
  private static final Duration SESSION = Duration.ofSeconds(4);

  /**
   * The same among our own servers, whose nodes each have one near: a machine that dies is missed a
   * second sooner.
   */
  private static final Duration SESSION_INSIDE = Duration.ofSeconds(3);

  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration RETRY = Duration.ofMillis(200);

  /** One server without TLS: that of this process, standing alone. */
  static Ensemble local(String address) {
    return new Ensemble(
        new Endpoints(List.of(Address.parse(address).orElseThrow())), Optional.empty());
  }

  /** A client that is not started yet. */
  CuratorFramework client() {
    Duration session = tls.isPresent() ? SESSION_INSIDE : SESSION;
    String connectString =
        endpoints.all().stream().map(Address::toString).collect(Collectors.joining(","));
    CuratorFrameworkFactory.Builder builder =
        CuratorFrameworkFactory.builder()
            .ensembleProvider(new FixedEnsembleProvider(connectString, false))
            .zookeeperFactory(new Handles(endpoints))
            .sessionTimeoutMs((int) session.toMillis())
            .connectionTimeoutMs((int) CONNECT.toMillis())
            .retryPolicy(new RetryForever((int) RETRY.toMillis()))
            .ensembleTracker(false)
            .threadFactory(body ->
                Thread.ofPlatform().name("coordinator-client").daemon(true).unstarted(body));
    tls.ifPresent(files -> builder.zkClientConfig(TlsSettings.client(files)));
    return builder.build();
  }

  private record Handles(Endpoints endpoints) implements ZookeeperFactory {
    @Override
    public ZooKeeper newZooKeeper(
        String connectString, int sessionMillis, Watcher watcher, boolean readOnly)
        throws IOException {
      return newZooKeeper(connectString, sessionMillis, watcher, readOnly, new ZKClientConfig());
    }

    @Override
    public ZooKeeper newZooKeeper(
        String connectString,
        int sessionMillis,
        Watcher watcher,
        boolean readOnly,
        ZKClientConfig config)
        throws IOException {
      return new ZooKeeper(
          connectString, sessionMillis, watcher, readOnly, endpoints.provider(), config);
    }
  }
}
