package io.mainstay.server.cluster;

import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.TransactionRun.Call;
import io.mainstay.ports.MarkedCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all gateways saw of a run: an instance asks others through the gateway of its own machine,
 * so the machines of the instances that were asked are, and those of whom these asked. Without an
 * answer in time the calls of that machine stay unknown. Any thread; {@link #take} blocks for
 * {@link #PATIENCE} a step of the way at most.
 */
final class GatheredCalls implements MarkedCalls {
  /**
   * A machine that is known answers in a millisecond; the first connection, or a busy machine,
   * takes longer. A run of a transaction waits for it: half a path accuses the wrong one.
   */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(GatheredCalls.class);

  private final NodeName self;
  private final MarkedCalls own;
  private final KnownNodes nodes;
  private final Asking asking;

  /** Asks the gateway of another node. */
  interface Asking {
    /** Fails if the node cannot be asked. */
    CompletableFuture<List<Call>> calls(Address node, String runId);
  }

  /** Adds what others saw to what the gateway of the node {@code self} did. */
  GatheredCalls(NodeName self, MarkedCalls own, KnownNodes nodes, Asking asking) {
    this.self = self;
    this.own = own;
    this.nodes = nodes;
    this.asking = asking;
  }

  @Override
  public List<Call> take(String runId) {
    List<Call> all = new ArrayList<>(own.take(runId));
    Set<NodeName> asked = new LinkedHashSet<>(Set.of(self));
    List<Call> newest = List.copyOf(all);
    while (!newest.isEmpty()) {
      newest = ask(next(newest, asked), runId);
      // Clocks of machines differ; but whoever was asked by another one answered before it.
      all.addAll(0, newest);
    }
    return all;
  }

  /** Where those are who were asked, without machines that are known already. */
  private List<Address> next(List<Call> calls, Set<NodeName> asked) {
    List<Address> next = new ArrayList<>();
    for (Call call : calls) {
      call.instance()
          .flatMap(nodes::of)
          .filter(asked::add)
          .flatMap(nodes::presentApi)
          .ifPresent(next::add);
    }
    return next;
  }

  private List<Call> ask(List<Address> machines, String runId) {
    List<CompletableFuture<List<Call>>> open =
        machines.stream().map(machine -> asking.calls(machine, runId)).toList();
    long end = System.nanoTime() + PATIENCE.toNanos();
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < open.size(); i++) {
      try {
        long left = Math.max(0, end - System.nanoTime());
        calls.addAll(open.get(i).get(left, TimeUnit.NANOSECONDS));
      } catch (ExecutionException | TimeoutException e) {
        LOG.debug("what {} saw of run {} stays unknown: {}", machines.get(i), runId, e.toString());
        open.get(i).cancel(true);
      } catch (InterruptedException e) {
        // Whoever runs the transaction has given it up, and sees that next.
        Thread.currentThread().interrupt();
        return calls;
      }
    }
    return calls;
  }
}
