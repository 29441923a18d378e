package io.mainstay.controller;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.ServiceRevision;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Coordinator.Term;
import io.mainstay.ports.Coordinator.WriteResult;
import io.mainstay.ports.Mailbox;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The assignments as this leader wants them, and their way to the coordinator: written only where
 * they differ, a few nodes at a time, tried again after a failure. The leader is the only writer,
 * so what it wants is known before it is stored.
 */
final class AssignmentWriter {
  private static final long STRIDE = 1_000;
  private static final int AT_ONCE = 16;

  private final Coordinator coordinator;
  private final Mailbox mailbox;
  private final Listener listener;
  private final TreeMap<NodeName, Assignments> intended = new TreeMap<>();
  private final TreeSet<NodeName> dirty = new TreeSet<>();

  /** Those of them on which more serve than before. */
  private final TreeSet<NodeName> gaining = new TreeSet<>();

  private final TreeSet<NodeName> writing = new TreeSet<>();
  private long epoch;
  private boolean strides;
  private final TreeSet<NodeName> strode = new TreeSet<>();

  /** Hears what became of writes. */
  interface Listener {
    void written();

    void deposed(String reason);
  }

  AssignmentWriter(Coordinator coordinator, Mailbox mailbox, Listener listener) {
    this.coordinator = coordinator;
    this.mailbox = mailbox;
    this.listener = listener;
  }

  /**
   * Takes what is stored as the truth at an election. The last writes of the leader before may not
   * have been heard of yet; a stride over their versions keeps agents from taking ours for old.
   */
  void take(List<Assignments> stored) {
    load(stored);
    strides = true;
  }

  /** Takes what is stored as the truth while somebody else leads. */
  void load(List<Assignments> stored) {
    intended.clear();
    dirty.clear();
    gaining.clear();
    writing.clear();
    strides = false;
    strode.clear();
    epoch++;
    stored.forEach(assignments -> intended.put(assignments.node(), assignments));
  }

  /** A stored version that is not ours must be overtaken, or agents would ignore ours. */
  void overtake(List<Assignments> stored) {
    for (Assignments other : stored) {
      Assignments ours = intended.get(other.node());
      if (ours == null) {
        intended.put(other.node(), other);
      } else if (other.version() > ours.version()) {
        intended.put(
            ours.node(),
            new Assignments(ours.node(), other.version() + 1, ours.services(), ours.instances()));
        dirty.add(ours.node());
      }
    }
  }

  Optional<Assignments> of(NodeName node) {
    return Optional.ofNullable(intended.get(node));
  }

  Collection<Assignments> all() {
    return intended.values();
  }

  /** Whether an agent that reports this version knows all that is wanted. */
  boolean isNewest(NodeName node, long version) {
    Assignments wanted = intended.get(node);
    return wanted != null && !dirty.contains(node) && version >= wanted.version();
  }

  /** Wants this of a node from now on. */
  void replace(NodeName node, List<ServiceRevision> services, List<Assignment> instances) {
    Assignments before = intended.get(node);
    if (before == null && instances.isEmpty()) {
      return;
    }
    if (before != null
        && before.instances().equals(instances)
        && before.services().equals(services)) {
      return;
    }
    long stride = strides && strode.add(node) ? STRIDE : 1;
    long version = (before == null ? 0 : before.version()) + stride;
    long gained = serving(instances) - (before == null ? 0 : serving(before.instances()));
    intended.put(node, new Assignments(node, version, services, instances));
    dirty.add(node);
    if (gained > 0) {
      gaining.add(node);
    }
  }

  private static long serving(List<Assignment> instances) {
    return instances.stream().filter(one -> one.role() == Role.SERVING).count();
  }

  /** A node that is forgotten: nothing is wanted of it any more. */
  void forget(NodeName node) {
    intended.remove(node);
    dirty.remove(node);
    gaining.remove(node);
  }

  /** Writes what differs, unless a write for that node is under way. */
  void flush(Term term) {
    // Who is to serve is told first: a leader that dies in between must leave too many, not none.
    List<NodeName> order = new ArrayList<>(gaining);
    dirty.stream().filter(node -> !gaining.contains(node)).forEach(order::add);
    for (NodeName node : order) {
      Assignments value = intended.get(node);
      if (value == null || !dirty.contains(node)) {
        dirty.remove(node);
        gaining.remove(node);
      } else if (writing.size() < AT_ONCE && writing.add(node)) {
        long of = epoch;
        coordinator.writeAssignments(value, term, mailbox, result -> done(value, of, term, result));
      }
    }
  }

  private void done(Assignments value, long of, Term term, WriteResult result) {
    if (of != epoch) {
      return;
    }
    writing.remove(value.node());
    switch (result) {
      case WriteResult.Written _ -> {
        if (value.equals(intended.get(value.node()))) {
          dirty.remove(value.node());
          gaining.remove(value.node());
        }
        flush(term);
        listener.written();
      }
      case WriteResult.Deposed deposed -> listener.deposed(deposed.reason());
      case WriteResult.Conflict _, WriteResult.Failed _ -> {
        // It stays dirty: the next tick tries again.
      }
    }
  }

  /** What is wanted of an instance, wherever it is. */
  Optional<Assignment> find(InstanceId id) {
    return all().stream()
        .flatMap(sheet -> sheet.instances().stream())
        .filter(entry -> entry.id().equals(id))
        .findFirst();
  }

  /** Whether its role is to serve. */
  boolean serves(InstanceId id) {
    return find(id).filter(entry -> entry.role() == Role.SERVING).isPresent();
  }
}
