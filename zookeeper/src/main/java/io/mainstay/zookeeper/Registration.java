package io.mainstay.zookeeper;

import io.mainstay.model.NodeName;
import io.mainstay.ports.Coordinator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * One node that is registered: its record, which stays, and its session node, which goes with the
 * session and is then made anew. All methods on the coordinator's thread but {@link #close}.
 */
final class Registration implements Coordinator.Subscription {
  private final NodeName node;
  private final String recordPath;
  private final String sessionPath;
  private final byte[] record;
  private final byte[] bootId;
  private final Consumer<Registration> closed;
  private volatile boolean isClosed;

  /** Whether the session node is to be taken over, whoever has it: an earlier life, mostly. */
  private boolean claims = true;

  /** At which the own session node was made. */
  private long position = -1;

  Registration(
      NodeName node, Paths paths, byte[] record, byte[] bootId, Consumer<Registration> closed) {
    this.node = node;
    this.recordPath = paths.node(node);
    this.sessionPath = paths.session(node);
    this.record = record;
    this.bootId = bootId;
    this.closed = closed;
  }

  NodeName node() {
    return node;
  }

  /** Makes what is missing. No effect while another server has taken the name over. */
  void ensure(ZooKeeper client) throws KeeperException, InterruptedException {
    if (isClosed) {
      return;
    }
    Stat found = client.exists(sessionPath, false);
    boolean own = found != null && found.getCzxid() == position;
    if (own && found.getEphemeralOwner() == client.getSessionId()) {
      return;
    }
    if (found != null && !own && !claims) {
      return;
    }
    // Until the answer is there, whatever is found may be the own one.
    claims = true;
    Writer.latest(client, recordPath, record);
    List<Op> steps = new ArrayList<>();
    if (found != null) {
      steps.add(Op.delete(sessionPath, -1));
    }
    steps.add(Op.create(sessionPath, bootId, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL));
    client.multi(steps);
    Stat made = client.exists(sessionPath, false);
    if (made != null && made.getEphemeralOwner() == client.getSessionId()) {
      position = made.getCzxid();
      claims = false;
    }
  }

  /** After {@link #close}: removes the session node, if it is still the own one. */
  void end(ZooKeeper client) throws KeeperException, InterruptedException {
    Stat found = client.exists(sessionPath, false);
    if (found != null && found.getCzxid() == position) {
      client.delete(sessionPath, -1);
    }
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      closed.accept(this);
    }
  }
}
