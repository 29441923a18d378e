package io.mainstay.zookeeper;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;

/**
 * Small things that a cluster keeps by name, such as hashes of join tokens. Every method asks the
 * coordinator and waits for it, at most 5 s. Any thread.
 */
public final class ClusterStore {
  private static final long PATIENCE_SECONDS = 5;

  private final ZooKeeperCoordinator coordinator;
  private final Paths paths;

  ClusterStore(ZooKeeperCoordinator coordinator, Paths paths) {
    this.coordinator = coordinator;
    this.paths = paths;
  }

  /**
   * Keeps a thing, in place of an older one of that name.
   *
   * @param value at most 900 kB
   * @throws IOException if it may not be stored
   */
  public void put(String name, byte[] value) throws IOException {
    await(zookeeper -> Writer.latest(zookeeper, paths.thing(name), value));
  }

  /**
   * Keeps a thing, if there is none of that name.
   *
   * @return whether there was none
   * @throws IOException if it may not be stored
   */
  public boolean putIfAbsent(String name, byte[] value) throws IOException {
    return await(zookeeper -> {
      try {
        zookeeper.create(
            paths.thing(name), value, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        return true;
      } catch (KeeperException.NodeExistsException e) {
        return false;
      }
    });
  }

  /**
   * The newest of that name.
   *
   * @throws IOException if the coordinator cannot be reached
   */
  public Optional<byte[]> get(String name) throws IOException {
    return await(zookeeper -> {
      try {
        return Optional.of(zookeeper.getData(paths.thing(name), false, null));
      } catch (KeeperException.NoNodeException e) {
        return Optional.empty();
      }
    });
  }

  /**
   * Forgets it; no error if there is none.
   *
   * @throws IOException if it may still be there
   */
  public void remove(String name) throws IOException {
    await(zookeeper -> {
      try {
        zookeeper.delete(paths.thing(name), -1);
        return true;
      } catch (KeeperException.NoNodeException e) {
        return false;
      }
    });
  }

  /**
   * All names, sorted.
   *
   * @throws IOException if the coordinator cannot be reached
   */
  public List<String> names() throws IOException {
    return await(zookeeper ->
        zookeeper.getChildren(paths.things(), false).stream().map(Paths::name).sorted().toList());
  }

  <T> T await(ZooKeeperCoordinator.Question<T> question) throws IOException {
    try {
      return coordinator.ask(question).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getMessage(), e);
    } catch (TimeoutException e) {
      throw new IOException("the coordinator does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
