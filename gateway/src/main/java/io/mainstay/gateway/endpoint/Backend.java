package io.mainstay.gateway.endpoint;

import io.mainstay.decisions.balancing.Candidate;
import io.mainstay.gateway.loop.TrafficLoop;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One run of one instance, as long as anything is known or in flight of it. Any thread; what loops
 * know of it is in one {@link LoopBackend} each.
 */
public final class Backend {
  private final InstanceId id;
  private final long generation;
  private final Peer peer;
  private final LoopBackend[] loops;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger tunnels = new AtomicInteger();
  private volatile int limit = Integer.MAX_VALUE;
  private volatile @Nullable InetSocketAddress address;
  private volatile boolean closed;
  private boolean wasReady;
  private double weight;
  private volatile @Nullable Address told;
  private volatile boolean gone;
  private volatile boolean retired;
  private volatile @Nullable Runnable onIdle;

  Backend(InstanceId id, long generation, Peer peer, LoopBackend[] loops) {
    this.id = id;
    this.generation = generation;
    this.peer = peer;
    this.loops = loops;
  }

  /** Which instance. */
  public InstanceId id() {
    return id;
  }

  /** Of its process. */
  public long generation() {
    return generation;
  }

  /** Where it runs. */
  public NodeName node() {
    return peer.name;
  }

  /** Whether its node answers nobody; any thread. */
  public boolean isNodeSilent() {
    return peer.silent;
  }

  /** The node that it runs on. */
  Peer peer() {
    return peer;
  }

  /** What a loop knows of it. */
  public LoopBackend loop(int index) {
    return loops[index];
  }

  /** How many loops know of it. */
  public int loops() {
    return loops.length;
  }

  /** Where it listens; null until the name is resolved. */
  public @Nullable InetSocketAddress address() {
    return address;
  }

  void address(@Nullable InetSocketAddress newAddress) {
    address = newAddress;
  }

  /** Whether it is said to listen elsewhere than before; guarded by the director. */
  boolean movedTo(Address where) {
    boolean moved = !where.equals(told);
    if (moved) {
      told = where;
      address = null;
    }
    return moved;
  }

  /** Whether it was said at all where it listens; guarded by the director. */
  boolean isToldSomewhere() {
    return told != null;
  }

  /** Whether nobody has said since that it listens elsewhere. */
  boolean isToldToBeAt(Address where) {
    return where.equals(told);
  }

  /** Whether that is not the weight set last; guarded by the director. */
  boolean weightChanges(double newWeight) {
    boolean changes = weight != newWeight;
    weight = newWeight;
    return changes;
  }

  /** True once: when it becomes ready for the first time; guarded by the director. */
  boolean firstReady() {
    boolean first = !wasReady;
    wasReady = true;
    return first;
  }

  /** Whether new requests are refused: withdrawn, draining, or no longer published. */
  public boolean isClosed() {
    return closed;
  }

  /** Whether its process is known to have exited. */
  public boolean isGone() {
    return gone;
  }

  void close(boolean exited) {
    gone |= exited;
    closed = true;
  }

  /** It is no longer published. */
  void retire() {
    retired = true;
    closed = true;
  }

  boolean isRetired() {
    return retired;
  }

  void published() {
    retired = false;
  }

  void reopen() {
    closed = false;
  }

  /** In flight on all loops. */
  public int inFlight() {
    return inFlight.get();
  }

  /** How much may be in flight on all loops. */
  public int limit() {
    return limit;
  }

  void limit(int newLimit) {
    limit = newLimit;
  }

  /** What of that is in flight now: tunnels do not count. */
  int counted() {
    return inFlight.get() - tunnels.get();
  }

  /** Takes a place; false if the limit leaves none. */
  public boolean enter() {
    int present = inFlight.incrementAndGet();
    if (limit != Integer.MAX_VALUE && present - tunnels.get() > limit) {
      leave();
      return false;
    }
    return true;
  }

  /** Takes a place for a connection that limits do not count, or turns one into such. */
  public void tunnelOpened(boolean alreadyInFlight) {
    tunnels.incrementAndGet();
    if (!alreadyInFlight) {
      inFlight.incrementAndGet();
    }
  }

  /** A tunnel no longer counts as one; its place is given back by {@link #leave}. */
  public void tunnelClosed() {
    tunnels.decrementAndGet();
  }

  /** Gives a place back. */
  public void leave() {
    if (inFlight.decrementAndGet() == 0) {
      Runnable task = onIdle;
      if (task != null) {
        task.run();
      }
    }
  }

  /** Whether somebody still says that it is there. */
  public boolean isPublished() {
    return !retired;
  }

  /**
   * A stand-in for one request of one loop: at the same address, but apart from all that is counted
   * or known of this run. It keeps no idle connections.
   */
  public LoopBackend apart(TrafficLoop loop) {
    Candidate candidate = new Candidate(id, generation, 1);
    candidate.node(node());
    LoopBackend state = new LoopBackend(loop, candidate);
    Backend standIn = new Backend(id, generation, peer, new LoopBackend[] {state});
    standIn.address = address;
    standIn.closed = true;
    standIn.inFlight.set(1);
    state.belongsTo(standIn);
    return state;
  }

  /** Calls {@code task} whenever the last place is given back. */
  void onIdle(@Nullable Runnable task) {
    onIdle = task;
  }

  @Override
  public String toString() {
    return id + " generation " + generation;
  }
}
