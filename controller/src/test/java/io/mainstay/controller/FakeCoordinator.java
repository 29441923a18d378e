package io.mainstay.controller;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.NodePresence;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Mailbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A coordinator of one candidate in memory, whose writes can be made to fail. */
final class FakeCoordinator implements Coordinator {
  private final TreeMap<NodeName, Assignments> assignments = new TreeMap<>();
  private final TreeMap<NodeName, Observed> observed = new TreeMap<>();
  private final List<Runnable> watchers = new ArrayList<>();
  private final TreeMap<NodeName, NodePresence> nodes = new TreeMap<>();
  private Optional<Desired> desired = Optional.empty();
  private long desiredVersion;
  private Overrides overrides = Overrides.NONE;
  private long overridesVersion;
  private long term;
  int assignmentWrites;
  int failNextWrites;
  int conflictNextWrites;
  LeadershipListener leadership;
  Listener listener;

  State state() {
    return new State(
        desired,
        desiredVersion,
        overrides,
        overridesVersion,
        List.copyOf(assignments.values()),
        List.copyOf(observed.values()),
        List.copyOf(nodes.values()));
  }

  @Override
  public Subscription subscribe(Mailbox mailbox, Listener heard) {
    listener = heard;
    Runnable tell = () -> mailbox.post(() -> heard.changed(state()));
    watchers.add(tell);
    tell.run();
    return () -> watchers.remove(tell);
  }

  @Override
  public Subscription campaign(
      Optional<NodeName> candidate, Mailbox mailbox, LeadershipListener heard) {
    leadership = heard;
    candidate.ifPresent(name -> mailbox.post(() -> elect(name)));
    return () -> {};
  }

  void elect(NodeName candidate) {
    term++;
    leadership.elected(new Term(term));
    leadership.leader(Optional.of(candidate));
  }

  @Override
  public void writeDesired(
      Desired value, long expected, Mailbox mailbox, Consumer<WriteResult> done) {
    if (disturbed(mailbox, done)) {
      return;
    }
    if (expected != desiredVersion) {
      mailbox.post(() -> done.accept(new WriteResult.Conflict("another apply")));
      return;
    }
    desired = Optional.of(value);
    long version = ++desiredVersion;
    watchers.forEach(Runnable::run);
    mailbox.post(() -> done.accept(new WriteResult.Written(version)));
  }

  @Override
  public void writeOverrides(
      Overrides value, long expected, Mailbox mailbox, Consumer<WriteResult> done) {
    if (disturbed(mailbox, done)) {
      return;
    }
    if (expected != overridesVersion) {
      mailbox.post(() -> done.accept(new WriteResult.Conflict("another override")));
      return;
    }
    overrides = value;
    long version = ++overridesVersion;
    watchers.forEach(Runnable::run);
    mailbox.post(() -> done.accept(new WriteResult.Written(version)));
  }

  @Override
  public void writeAssignments(
      Assignments value, Term by, Mailbox mailbox, Consumer<WriteResult> done) {
    if (disturbed(mailbox, done)) {
      return;
    }
    if (by.token() != term) {
      mailbox.post(() -> done.accept(new WriteResult.Deposed("term " + by.token() + " is over")));
      return;
    }
    assignmentWrites++;
    assignments.put(value.node(), value);
    watchers.forEach(Runnable::run);
    mailbox.post(() -> done.accept(new WriteResult.Written(value.version())));
  }

  @Override
  public void writeObserved(Observed value, Mailbox mailbox, Consumer<WriteResult> done) {
    observed.put(value.node(), value);
    watchers.forEach(Runnable::run);
    mailbox.post(() -> done.accept(new WriteResult.Written(1)));
  }

  @Override
  public Subscription register(NodeRecord node) {
    nodes.put(node.name(), new NodePresence(node, true));
    watchers.forEach(Runnable::run);
    return () -> {
      nodes.put(node.name(), new NodePresence(node, false));
      watchers.forEach(Runnable::run);
    };
  }

  @Override
  public void forgetNode(NodeName node, Term by, Mailbox mailbox, Consumer<WriteResult> done) {
    if (disturbed(mailbox, done)) {
      return;
    }
    if (by.token() != term) {
      mailbox.post(() -> done.accept(new WriteResult.Deposed("term " + by.token() + " is over")));
      return;
    }
    nodes.remove(node);
    observed.remove(node);
    assignments.remove(node);
    watchers.forEach(Runnable::run);
    mailbox.post(() -> done.accept(new WriteResult.Written(0)));
  }

  private boolean disturbed(Mailbox mailbox, Consumer<WriteResult> done) {
    if (failNextWrites > 0) {
      failNextWrites--;
      mailbox.post(() -> done.accept(new WriteResult.Failed("the disk is full")));
      return true;
    }
    if (conflictNextWrites > 0) {
      conflictNextWrites--;
      mailbox.post(() -> done.accept(new WriteResult.Conflict("somebody was first")));
      return true;
    }
    return false;
  }

  /** Ends the leadership without its holder knowing. */
  void endTerm() {
    term++;
  }
}
