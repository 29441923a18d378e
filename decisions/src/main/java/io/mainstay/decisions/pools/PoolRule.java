package io.mainstay.decisions.pools;

import io.mainstay.decisions.placement.Unplaced;
import io.mainstay.decisions.pools.PoolFacts.Outcome;
import io.mainstay.decisions.pools.PoolMemory.Node;
import io.mainstay.decisions.pools.PoolMemory.Phase;
import io.mainstay.model.EventKind;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.NodeState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How many nodes a pool has. As many more as would take what fits nowhere, at once, and those that
 * wait ready ({@code warm}); never more than {@code max}, never fewer than {@code min}. A node
 * whose instances would fit on the others goes after {@code idle}, one at a time: emptied, new ones
 * first, then removed. What does not join in time is removed and tried again, ever later.
 */
public final class PoolRule {
  private static final Duration BACKOFF = Duration.ofSeconds(10);
  private static final Duration BACKOFF_MAX = Duration.ofMinutes(10);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final PoolBook book;

  private PoolRule(PoolFacts facts, PoolMemory memory, MonotonicTime now) {
    book = new PoolBook(facts, memory, now);
  }

  /** Decides; the same facts, memory and time give the same decision. */
  public static PoolDecision decide(PoolFacts facts, PoolMemory memory, MonotonicTime now) {
    return new PoolRule(facts, memory, now).decide();
  }

  private PoolDecision decide() {
    book.facts.outcomes().forEach(this::learn);
    adopt();
    List.copyOf(book.nodes.values()).forEach(this::step);
    List<Unplaced> left = new PoolGrowth(book).grow();
    new PoolShrink(book).shrink();
    PoolMemory next =
        new PoolMemory(
            List.copyOf(book.nodes.values()),
            book.failures,
            book.retryAt,
            book.changed,
            book.told,
            book.launch);
    return new PoolDecision(next, book.actions, book.news, left);
  }

  /** What became of what was begun. */
  private void learn(Outcome outcome) {
    Node node = book.nodes.get(outcome.node());
    if (node == null) {
      return;
    }
    switch (outcome.step()) {
      case CREATE -> {
        if (!outcome.done() && node.phase() == Phase.LAUNCHING) {
          failed(node, "it could not be made: " + outcome.detail());
        }
      }
      case READY_HOOK -> {
        if (node.phase() == Phase.PREPARING) {
          if (outcome.done()) {
            activate(node);
          } else {
            failed(node, "its ready hook failed: " + outcome.detail());
          }
        }
      }
      case DRAINED_HOOK -> {
        if (node.phase() == Phase.LEAVING) {
          if (!outcome.done()) {
            book.tell(EventKind.HOOK_FAILED, node.name(), "drained hook: " + outcome.detail());
          }
          destroy(node);
        }
      }
      case DESTROY -> destroyed(node, outcome);
    }
  }

  private void destroyed(Node node, Outcome outcome) {
    if (node.phase() != Phase.DESTROYING) {
      return;
    }
    if (outcome.done()) {
      book.put(node.name(), Phase.GONE);
      book.actions.add(new PoolAction.Forget(node.name()));
      book.tell(EventKind.POOL_NODE_REMOVED, node.name(), "it was removed");
    } else {
      book.put(node.name(), Phase.STUCK);
      book.tell(
          EventKind.POOL_REMOVAL_FAILED,
          node.name(),
          "it could not be removed, and is tried again: " + outcome.detail());
    }
  }

  /** Nodes that a leader before has made, or that went without a word. */
  private void adopt() {
    TreeSet<NodeName> names = new TreeSet<>(book.facts.listed());
    book.known().forEach(node -> names.add(node.view().name()));
    for (NodeName name : names) {
      if (book.nodes.containsKey(name)) {
        continue;
      }
      PoolNode node = book.known(name);
      if (node == null || !node.present()) {
        book.put(name, Phase.LAUNCHING);
      } else if (node.view().standing().isLeaving() && !node.held()) {
        book.put(name, Phase.DRAINING);
      } else if (book.spec.hooks().ready().isPresent() && node.occupants().isEmpty()) {
        prepare(name);
      } else {
        book.put(name, Phase.ACTIVE);
      }
    }
    for (Node node : List.copyOf(book.nodes.values())) {
      boolean settled =
          switch (node.phase()) {
            case PREPARING, ACTIVE, DRAINING, LEAVING, STUCK -> true;
            case LAUNCHING, DESTROYING, GONE -> false;
          };
      PoolNode there = book.known(node.name());
      boolean gone = there == null || there.view().standing().state() == NodeState.LOST;
      if (settled && gone && !book.facts.listed().contains(node.name())) {
        book.nodes.remove(node.name());
        book.actions.add(new PoolAction.Forget(node.name()));
        book.tell(
            EventKind.POOL_NODE_REMOVED, node.name(), "its provider does not know it any more");
      }
    }
  }

  private void step(Node node) {
    if (book.nodes.get(node.name()) != node) {
      return;
    }
    PoolNode there = book.known(node.name());
    boolean present = there != null && there.present();
    Duration since = book.now.since(node.since());
    switch (node.phase()) {
      case LAUNCHING -> {
        if (present) {
          joined(node);
        } else if (since.compareTo(book.spec.launchTimeout()) >= 0) {
          failed(node, "it did not join within " + book.spec.launchTimeout().toSeconds() + " s");
        }
      }
      case ACTIVE -> {
        if (there != null
            && there.view().standing().state() == NodeState.LOST
            && there.view().standing().goneFor().compareTo(book.spec.launchTimeout()) >= 0
            && there.view().standing().replace()) {
          book.tell(
              EventKind.POOL_NODE_REMOVED, node.name(), "it is lost, and is made anew if needed");
          destroy(node);
        }
      }
      case DRAINING -> {
        if (there == null || (there.view().standing().isLeaving() && PoolBook.isEmpty(there))) {
          leave(node);
        } else if (!there.view().standing().isLeaving() && since.compareTo(PATIENCE) >= 0) {
          // Somebody released it.
          book.put(node.name(), Phase.ACTIVE);
        }
      }
      case STUCK -> {
        if (since.compareTo(PATIENCE) >= 0) {
          destroy(node);
        }
      }
      case GONE -> gone(node, there);
      case PREPARING, LEAVING, DESTROYING -> {
        // Waits for its outcome.
      }
    }
  }

  /** Its session may outlive it for a moment: only then can it be forgotten. */
  private void gone(Node node, @Nullable PoolNode there) {
    boolean listed = book.facts.listed().contains(node.name());
    if (there == null && !listed) {
      book.nodes.remove(node.name());
    } else if (there != null && !there.present()) {
      book.actions.add(new PoolAction.Forget(node.name()));
    } else if (book.now.since(node.since()).compareTo(PATIENCE) >= 0) {
      // It is there in spite of all: what it is now is found out anew.
      book.nodes.remove(node.name());
    }
  }

  private void joined(Node node) {
    if (book.spec.hooks().ready().isPresent()) {
      prepare(node.name());
    } else {
      activate(node);
    }
  }

  private void prepare(NodeName name) {
    book.put(name, Phase.PREPARING);
    book.actions.add(new PoolAction.RunReadyHook(name));
  }

  private void activate(Node node) {
    book.launched(node);
    book.put(node.name(), Phase.ACTIVE);
    book.failures = 0;
    book.retryAt = Optional.empty();
    book.tell(EventKind.POOL_NODE_READY, node.name(), "it takes instances");
  }

  private void leave(Node node) {
    if (book.spec.hooks().drained().isPresent()) {
      book.put(node.name(), Phase.LEAVING);
      book.actions.add(new PoolAction.RunDrainedHook(node.name()));
    } else {
      destroy(node);
    }
  }

  /** What has instances in spite of all is emptied first. */
  private void destroy(Node node) {
    PoolNode there = book.known(node.name());
    if (there != null && there.present() && !PoolBook.isEmpty(there)) {
      book.put(node.name(), Phase.DRAINING);
      book.actions.add(new PoolAction.Drain(node.name(), "it is to be removed"));
      return;
    }
    book.put(node.name(), Phase.DESTROYING);
    book.actions.add(new PoolAction.Destroy(node.name()));
  }

  /** The next launch waits twice as long. */
  private void failed(Node node, String why) {
    book.failures++;
    Duration wait = BACKOFF.multipliedBy(1L << Math.min(book.failures - 1, 10));
    wait = wait.compareTo(BACKOFF_MAX) > 0 ? BACKOFF_MAX : wait;
    book.retryAt = Optional.of(book.now.plus(wait));
    book.tell(
        EventKind.POOL_LAUNCH_FAILED,
        node.name(),
        why
            + "; launch "
            + book.failures
            + " in a row that failed, next in "
            + wait.toSeconds()
            + " s");
    destroy(node);
  }
}
