package io.mainstay.zookeeper;

import io.mainstay.ports.Coordinator.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * Writes one value, on the coordinator's thread, without a retry of its own: a retry after a lost
 * answer would take its own success for somebody else's.
 */
final class Writer {
  /** ZooKeeper refuses 1 MiB; the path and the rest of a packet need some room. */
  static final int MAX_BYTES = 900_000;

  private Writer() {}

  /** Writes if the stored version is {@code expected}; 0: if there is none. */
  static WriteResult versioned(ZooKeeper client, String path, byte[] value, long expected)
      throws KeeperException, InterruptedException {
    try {
      if (expected == 0) {
        client.create(path, value, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        return new WriteResult.Written(1);
      }
      Stat stored = client.setData(path, value, Math.toIntExact(expected - 1));
      return new WriteResult.Written(stored.getVersion() + 1L);
    } catch (KeeperException.NodeExistsException e) {
      return new WriteResult.Conflict("something is stored already (expected: nothing)");
    } catch (KeeperException.BadVersionException e) {
      return new WriteResult.Conflict("the stored version is not " + expected + " any more");
    } catch (KeeperException.NoNodeException e) {
      return new WriteResult.Conflict("nothing is stored (expected: version " + expected + ")");
    }
  }

  /** Writes whatever is stored. */
  static WriteResult latest(ZooKeeper client, String path, byte[] value)
      throws KeeperException, InterruptedException {
    while (true) {
      try {
        return new WriteResult.Written(client.setData(path, value, -1).getVersion() + 1L);
      } catch (KeeperException.NoNodeException first) {
        try {
          client.create(path, value, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
          return new WriteResult.Written(1);
        } catch (KeeperException.NodeExistsException raced) {
          // Set it in the next round.
        }
      }
    }
  }

  /** Writes whatever is stored, if {@code electionNode} still exists: both or nothing. */
  static WriteResult fenced(
      ZooKeeper client, Optional<String> electionNode, String path, byte[] value)
      throws KeeperException, InterruptedException {
    if (electionNode.isEmpty()) {
      return new WriteResult.Deposed("the term was not won here, or long ago");
    }
    Op stillLeads = Op.check(electionNode.get(), -1);
    while (true) {
      Optional<WriteResult> result =
          attempt(client, stillLeads, Op.setData(path, value, -1), KeeperException.Code.NONODE);
      if (result.isEmpty()) {
        Op create = Op.create(path, value, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        result = attempt(client, stillLeads, create, KeeperException.Code.NODEEXISTS);
      }
      if (result.isPresent()) {
        return result.get();
      }
    }
  }

  /** Deletes those of {@code paths} that exist, if {@code electionNode} does: all or nothing. */
  static WriteResult fencedDelete(
      ZooKeeper client, Optional<String> electionNode, List<String> paths)
      throws KeeperException, InterruptedException {
    if (electionNode.isEmpty()) {
      return new WriteResult.Deposed("the term was not won here, or long ago");
    }
    while (true) {
      List<Op> steps = new ArrayList<>();
      steps.add(Op.check(electionNode.get(), -1));
      for (String path : paths) {
        if (client.exists(path, false) != null) {
          steps.add(Op.delete(path, -1));
        }
      }
      try {
        client.multi(steps);
        return new WriteResult.Written(0);
      } catch (KeeperException.NotEmptyException e) {
        return new WriteResult.Conflict("its session lives");
      } catch (KeeperException.NoNodeException e) {
        if (client.exists(electionNode.get(), false) == null) {
          return new WriteResult.Deposed("the election node of the term is gone");
        }
        // Something was deleted meanwhile: look again.
      }
    }
  }

  /** Empty if the write itself, and not the check, failed with {@code again}. */
  private static Optional<WriteResult> attempt(
      ZooKeeper client, Op stillLeads, Op write, KeeperException.Code again)
      throws KeeperException, InterruptedException {
    try {
      OpResult written = client.multi(List.of(stillLeads, write)).getLast();
      long version =
          written instanceof OpResult.SetDataResult set ? set.getStat().getVersion() + 1L : 1L;
      return Optional.of(new WriteResult.Written(version));
    } catch (KeeperException e) {
      List<OpResult> results = e.getResults();
      if (results == null || results.size() != 2) {
        throw e;
      }
      if (code(results.getFirst()) == KeeperException.Code.NONODE) {
        return Optional.of(new WriteResult.Deposed("the election node of the term is gone"));
      }
      if (code(results.getLast()) == again) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static KeeperException.Code code(OpResult result) {
    return result instanceof OpResult.ErrorResult error
        ? KeeperException.Code.get(error.getErr())
        : KeeperException.Code.OK;
  }
}
