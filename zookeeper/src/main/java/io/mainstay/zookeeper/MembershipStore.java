package io.mainstay.zookeeper;

import io.mainstay.model.NodeName;
import io.mainstay.ports.ClusterControl.Member;
import io.mainstay.ports.ModelCodec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig.ConfigException;
import org.apache.zookeeper.server.quorum.flexible.QuorumMaj;

/** The list of members in the coordinator, and which of them are in step. Any thread. */
final class MembershipStore {
  private static final int TRIES = 10;

  private final ZooKeeperCoordinator coordinator;
  private final ClusterStore store;
  private final Paths paths;
  private final ModelCodec codec;

  MembershipStore(
      ZooKeeperCoordinator coordinator, ClusterStore store, Paths paths, ModelCodec codec) {
    this.coordinator = coordinator;
    this.store = store;
    this.paths = paths;
    this.codec = codec;
  }

  /** The list as this client saw it last; empty: there is none, or nothing is known yet. */
  Optional<Membership> known() {
    return coordinator
        .known(paths.membership())
        .map(node -> codec.read(node.getData(), Membership.class));
  }

  /** Ids of servers that are in step, as this client saw it last. */
  SortedSet<Integer> ready() {
    SortedSet<Integer> ids = new TreeSet<>();
    for (ChildData node : coordinator.knownBelow(paths.ready())) {
      ids.add(Integer.parseInt(node.getPath().substring(paths.ready().length() + 1)));
    }
    return ids;
  }

  /** The list as it is stored now. */
  Optional<Membership> read() throws IOException {
    return store.await(zookeeper -> {
      sync(zookeeper);
      return read(zookeeper, new Stat());
    });
  }

  /** Writes the first list, if there is none. */
  void begin(Member founder) throws IOException {
    byte[] bytes = codec.write(Membership.of(founder));
    store.await(zookeeper -> {
      try {
        zookeeper.create(
            paths.membership(), bytes, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        return true;
      } catch (KeeperException.NodeExistsException e) {
        return false;
      }
    });
  }

  /**
   * Gives a node a place, or tells the one that it has.
   *
   * @param seats how many there are
   * @return empty if all are taken, or there is no list yet
   */
  Optional<Member> place(NodeName node, String host, Optional<Membership.Ports> ports, int seats)
      throws IOException {
    Optional<Membership> changed =
        change(now ->
            now.of(node).isPresent() || now.members().size() >= seats || !now.hasRoom()
                ? now
                : now.with(node, host, ports.orElse(now.usualPorts())));
    return changed.flatMap(membership -> membership.of(node));
  }

  /** Takes places away. */
  void remove(List<Integer> ids) throws IOException {
    change(now -> {
      Membership left = now;
      for (int id : ids) {
        left = left.without(id);
      }
      return left;
    });
  }

  /** Who votes, of those that have a place. */
  List<Member> voters() throws IOException {
    Membership membership = read().orElseThrow(() -> new IOException("no list of members yet"));
    SortedSet<Integer> ids = store.await(MembershipStore::voters);
    return membership.members().stream().filter(member -> ids.contains(member.id())).toList();
  }

  /** Says that the server of this node is in step, as long as the session lives. */
  void sayReady(int id) throws IOException {
    store.await(zookeeper -> {
      String path = paths.ready(id);
      Stat found = zookeeper.exists(path, false);
      if (found != null && found.getEphemeralOwner() == zookeeper.getSessionId()) {
        return false;
      }
      if (found != null) {
        zookeeper.delete(path, found.getVersion());
      }
      zookeeper.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
      return true;
    });
  }

  /** Takes it back. */
  void sayNotReady(int id) throws IOException {
    store.await(zookeeper -> {
      try {
        zookeeper.delete(paths.ready(id), -1);
      } catch (KeeperException.NoNodeException e) {
        // It went with a session before.
      }
      return true;
    });
  }

  private Optional<Membership> change(Function<Membership, Membership> how) throws IOException {
    return store.await(zookeeper -> {
      for (int attempt = 0; attempt < TRIES; attempt++) {
        Stat stat = new Stat();
        Optional<Membership> now = read(zookeeper, stat);
        if (now.isEmpty()) {
          return now;
        }
        Membership next = how.apply(now.get());
        if (next.equals(now.get())) {
          return now;
        }
        try {
          zookeeper.setData(paths.membership(), codec.write(next), stat.getVersion());
          return Optional.of(next);
        } catch (KeeperException.BadVersionException e) {
          // Somebody else was first: look again.
        }
      }
      throw new IOException("the list of members changes too fast");
    });
  }

  private Optional<Membership> read(ZooKeeper zookeeper, Stat stat)
      throws KeeperException, InterruptedException {
    try {
      byte[] bytes = zookeeper.getData(paths.membership(), false, stat);
      return Optional.of(codec.read(bytes, Membership.class));
    } catch (KeeperException.NoNodeException e) {
      return Optional.empty();
    }
  }

  /** A server may lag behind; after this it knows what was stored before. */
  private void sync(ZooKeeper zookeeper) throws KeeperException, InterruptedException {
    zookeeper.sync(paths.membership());
  }

  private static SortedSet<Integer> voters(ZooKeeper zookeeper)
      throws KeeperException, InterruptedException, IOException {
    Properties lines = new Properties();
    lines.load(new ByteArrayInputStream(zookeeper.getConfig(false, new Stat())));
    try {
      return QuorumKind.voters(new QuorumMaj(lines));
    } catch (ConfigException e) {
      throw new IOException("unreadable configuration: " + e.getMessage(), e);
    }
  }
}
