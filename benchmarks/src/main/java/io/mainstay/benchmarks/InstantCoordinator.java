package io.mainstay.benchmarks;

import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Phase;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Mailbox;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** A coordinator in memory that is never away, and an agent that has everything ready at once. */
final class InstantCoordinator implements Coordinator {
  private final NodeName node;
  private final List<Runnable> watchers = new ArrayList<>();
  private Optional<Desired> desired = Optional.empty();
  private Overrides overrides = Overrides.NONE;
  private List<Assignments> assignments = List.of();
  private List<Observed> observed = List.of();
  private long version;

  InstantCoordinator(NodeName node) {
    this.node = node;
  }

  /** Reports every assigned instance as ready. */
  void bringUp() {
    List<ObservedInstance> ready = new ArrayList<>();
    for (Assignment assignment : assignments.getFirst().instances()) {
      ready.add(
          new ObservedInstance(
              assignment.id(),
              node,
              1,
              assignment.revision(),
              assignment.role(),
              Phase.READY,
              false,
              OptionalLong.of(1),
              Optional.of(new Address("127.0.0.1", 20_000)),
              Instant.EPOCH,
              0,
              Optional.empty(),
              "ready check passed"));
    }
    observed = List.of(new Observed(node, assignments.getFirst().version(), ready));
    watchers.forEach(Runnable::run);
  }

  /** What runs, by service. */
  List<List<ObservedInstance>> running() {
    Map<ServiceName, List<ObservedInstance>> services = new LinkedHashMap<>();
    for (Observed one : observed) {
      for (ObservedInstance instance : one.instances()) {
        services.computeIfAbsent(instance.id().service(), _ -> new ArrayList<>()).add(instance);
      }
    }
    return List.copyOf(services.values());
  }

  @Override
  public Subscription subscribe(Mailbox mailbox, Listener listener) {
    Runnable tell =
        () ->
            mailbox.post(() ->
                listener.changed(
                    new State(
                        desired,
                        desired.isEmpty() ? 0 : version,
                        overrides,
                        overrides.equals(Overrides.NONE) ? 0 : version,
                        assignments,
                        observed,
                        List.of())));
    watchers.add(tell);
    tell.run();
    return () -> watchers.remove(tell);
  }

  @Override
  public Subscription campaign(
      Optional<NodeName> candidate, Mailbox mailbox, LeadershipListener listener) {
    candidate.ifPresent(_ -> mailbox.post(() -> listener.elected(new Term(1))));
    return () -> {};
  }

  @Override
  public void writeDesired(
      Desired value, long expected, Mailbox mailbox, Consumer<WriteResult> done) {
    desired = Optional.of(value);
    written(mailbox, done);
  }

  @Override
  public void writeOverrides(
      Overrides value, long expected, Mailbox mailbox, Consumer<WriteResult> done) {
    overrides = value;
    written(mailbox, done);
  }

  @Override
  public void writeAssignments(
      Assignments value, Term term, Mailbox mailbox, Consumer<WriteResult> done) {
    assignments = List.of(value);
    written(mailbox, done);
  }

  @Override
  public void writeObserved(Observed value, Mailbox mailbox, Consumer<WriteResult> done) {
    written(mailbox, done);
  }

  private void written(Mailbox mailbox, Consumer<WriteResult> done) {
    long now = ++version;
    watchers.forEach(Runnable::run);
    mailbox.post(() -> done.accept(new WriteResult.Written(now)));
  }

  @Override
  public Subscription register(NodeRecord record) {
    throw new UnsupportedOperationException("no benchmark needs this");
  }

  @Override
  public void forgetNode(NodeName name, Term term, Mailbox mailbox, Consumer<WriteResult> done) {
    throw new UnsupportedOperationException("no benchmark needs this");
  }
}
