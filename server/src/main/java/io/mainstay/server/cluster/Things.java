package io.mainstay.server.cluster;

import io.mainstay.zookeeper.ClusterStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Small things that the cluster keeps by name, in the coordinator. Any thread; each call waits for
 * it, some seconds at most, and fails if it may not have happened.
 */
public interface Things {
  /** Keeps a thing, in place of an older one of that name. */
  void put(String name, byte[] value) throws IOException;

  /** Keeps a thing, if there is none of that name; answers whether there was none. */
  boolean putIfAbsent(String name, byte[] value) throws IOException;

  /** The newest of that name. */
  Optional<byte[]> get(String name) throws IOException;

  /** Forgets it; no error if there is none. */
  void remove(String name) throws IOException;

  /** All names, sorted. */
  List<String> names() throws IOException;

  /** Those in ZooKeeper. */
  static Things of(ClusterStore store) {
    return new Stored(store);
  }

  /** In ZooKeeper. */
  record Stored(ClusterStore store) implements Things {
    @Override
    public void put(String name, byte[] value) throws IOException {
      store.put(name, value);
    }

    @Override
    public boolean putIfAbsent(String name, byte[] value) throws IOException {
      return store.putIfAbsent(name, value);
    }

    @Override
    public Optional<byte[]> get(String name) throws IOException {
      return store.get(name);
    }

    @Override
    public void remove(String name) throws IOException {
      store.remove(name);
    }

    @Override
    public List<String> names() throws IOException {
      return store.names();
    }
  }
}
