package io.mainstay.agent;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Mailbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A coordinator whose assignments a test writes directly, as a controller would over it. */
final class ScriptedCoordinator implements Coordinator {
  private final List<Runnable> subscribers = new ArrayList<>();
  private final List<Observed> written = new ArrayList<>();
  private Optional<Assignments> assignments = Optional.empty();
  private List<Observed> others = List.of();
  private boolean away;

  void assign(Assignments value) {
    assignments = Optional.of(value);
    subscribers.forEach(Runnable::run);
  }

  void observeElsewhere(Observed value) {
    others = List.of(value);
    subscribers.forEach(Runnable::run);
  }

  void away(boolean newAway) {
    away = newAway;
  }

  List<Observed> written() {
    return written;
  }

  @Override
  public Subscription subscribe(Mailbox mailbox, Listener listener) {
    boolean[] closed = new boolean[1];
    Runnable tell =
        () ->
            mailbox.post(() -> {
              if (!closed[0]) {
                listener.changed(state());
              }
            });
    subscribers.add(tell);
    if (!away) {
      tell.run();
    }
    return () -> closed[0] = true;
  }

  private State state() {
    List<Observed> observed = new ArrayList<>(others);
    if (!written.isEmpty()) {
      observed.add(written.getLast());
    }
    return new State(
        Optional.empty(), 0, Overrides.NONE, 0, assignments.stream().toList(), observed, List.of());
  }

  @Override
  public Subscription campaign(
      Optional<NodeName> candidate, Mailbox mailbox, LeadershipListener listener) {
    throw new UnsupportedOperationException("an agent does not lead");
  }

  @Override
  public void writeDesired(
      Desired value, long expected, Mailbox mailbox, Consumer<WriteResult> done) {
    throw new UnsupportedOperationException("an agent does not write this");
  }

  @Override
  public void writeOverrides(
      Overrides value, long expected, Mailbox mailbox, Consumer<WriteResult> done) {
    throw new UnsupportedOperationException("an agent does not write this");
  }

  @Override
  public void writeAssignments(
      Assignments value, Term term, Mailbox mailbox, Consumer<WriteResult> done) {
    throw new UnsupportedOperationException("an agent does not write this");
  }

  @Override
  public void writeObserved(Observed value, Mailbox mailbox, Consumer<WriteResult> done) {
    if (away) {
      mailbox.post(() -> done.accept(new WriteResult.Failed("away")));
      return;
    }
    written.add(value);
    mailbox.post(() -> done.accept(new WriteResult.Written(written.size())));
  }

  @Override
  public Subscription register(NodeRecord record) {
    throw new UnsupportedOperationException("an agent does not do this");
  }

  @Override
  public void forgetNode(NodeName name, Term term, Mailbox mailbox, Consumer<WriteResult> done) {
    throw new UnsupportedOperationException("an agent does not do this");
  }
}
