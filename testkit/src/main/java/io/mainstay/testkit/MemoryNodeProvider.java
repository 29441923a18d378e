package io.mainstay.testkit;

import io.mainstay.model.NodeName;
import io.mainstay.model.spec.PoolSpec;
import io.mainstay.model.spec.ServiceSpec.Hook;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.NodeProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Nodes that exist as names only; one thread at a time. */
public final class MemoryNodeProvider implements NodeProvider {
  private final TreeMap<String, TreeSet<NodeName>> pools = new TreeMap<>();
  private final List<String> calls = new ArrayList<>();
  private boolean fails;

  /** What was asked for, such as {@code create workers-1}. */
  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  /** From now on everything but lists fails, or works again. */
  public synchronized void fail(boolean now) {
    fails = now;
  }

  /** The nodes that exist, of all pools. */
  public synchronized List<NodeName> nodes() {
    return pools.values().stream().flatMap(TreeSet::stream).sorted().toList();
  }

  @Override
  public synchronized void create(Order order, Mailbox mailbox, Consumer<Result> done) {
    calls.add("create " + order.node());
    if (!fails) {
      of(order.pool()).add(order.node());
    }
    answer(mailbox, done);
  }

  @Override
  public synchronized void destroy(Order order, Mailbox mailbox, Consumer<Result> done) {
    calls.add("destroy " + order.node());
    if (!fails) {
      of(order.pool()).remove(order.node());
    }
    answer(mailbox, done);
  }

  @Override
  public synchronized void hook(Order order, Hook hook, Mailbox mailbox, Consumer<Result> done) {
    calls.add(hook.command().getFirst() + " " + order.node());
    answer(mailbox, done);
  }

  @Override
  public synchronized void list(
      PoolSpec pool, Path directory, Mailbox mailbox, Consumer<Listing> done) {
    Listing listing = new Listing.Listed(List.copyOf(of(pool)));
    mailbox.post(() -> done.accept(listing));
  }

  private Set<NodeName> of(PoolSpec pool) {
    return pools.computeIfAbsent(pool.name(), _ -> new TreeSet<>());
  }

  private void answer(Mailbox mailbox, Consumer<Result> done) {
    Result result = fails ? new Result.Failed("exit 1: no machine left") : new Result.Done("");
    mailbox.post(() -> done.accept(result));
  }
}
