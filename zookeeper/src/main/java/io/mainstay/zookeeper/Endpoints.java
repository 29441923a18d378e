package io.mainstay.zookeeper;

import io.mainstay.model.Address;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.zookeeper.client.HostProvider;

/**
 * Which servers a client tries, in this order after each loss: the own one first, since it needs no
 * network. The list may change at any time; names are resolved at each try. Any thread.
 */
final class Endpoints {
  private volatile List<Address> servers;

  /** Begins with those; at least one. */
  Endpoints(List<Address> servers) {
    this.servers = List.copyOf(servers);
  }

  /** Tries those from now on; an empty list changes nothing. */
  void replace(List<Address> newServers) {
    if (!newServers.isEmpty()) {
      servers = List.copyOf(newServers);
    }
  }

  /** The servers in their order. */
  List<Address> all() {
    return servers;
  }

  /** For one handle of the client. */
  HostProvider provider() {
    return new InOrder();
  }

  private final class InOrder implements HostProvider {
    private int next;
    private int tried;

    @Override
    public synchronized int size() {
      return servers.size();
    }

    @Override
    public synchronized InetSocketAddress next(long spinDelay) {
      List<Address> now = servers;
      if (tried >= now.size()) {
        tried = 0;
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(spinDelay));
      }
      tried++;
      Address chosen = now.get(next % now.size());
      next = (next + 1) % now.size();
      return new InetSocketAddress(chosen.host(), chosen.port());
    }

    @Override
    public synchronized void onConnected() {
      next = 0;
      tried = 0;
    }

    @Override
    public boolean updateServerList(
        Collection<InetSocketAddress> addresses, InetSocketAddress currentHost) {
      return false;
    }
  }
}
