package io.mainstay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Coordinator.State;
import io.mainstay.ports.Coordinator.Subscription;
import io.mainstay.ports.Coordinator.Term;
import io.mainstay.ports.Coordinator.WriteResult;
import io.mainstay.ports.Mailbox;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every coordinator must do. A room that has one extends this class. */
public abstract class CoordinatorContract {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final NodeName NORTH = new NodeName("north");
  private static final NodeName SOUTH = new NodeName("south");

  private @Nullable Setup opened;

  /** A fresh, empty state that can be reached. */
  protected abstract Setup open();

  /** One shared state, and the means to wait and to disturb. */
  public interface Setup extends AutoCloseable {
    /** How one server sees the state. */
    Coordinator first();

    /** How another server sees the same state. */
    Coordinator second();

    /** A mailbox of its own at each call. */
    Mailbox mailbox();

    /** Lets time pass until the condition holds; false if it did not within the limit. */
    boolean runUntil(BooleanSupplier condition, Duration limit);

    /** Cuts both servers off the state. */
    void cut();

    /** Ends the cut. */
    void mend();

    @Override
    void close();
  }

  @BeforeEach
  void openSetup() {
    opened = open();
  }

  @AfterEach
  void closeSetup() {
    setup().close();
  }

  @Test
  void tellsThePresentStateFirstAndThenItsChanges() {
    write(done -> setup().first().writeDesired(desired(1), 0, setup().mailbox(), done));
    Listening listening = listen(setup().first());
    await(() -> !listening.states.isEmpty() && listening.newest().desiredVersion() == 1);
    assertThat(listening.newest().desired()).contains(desired(1));
    write(done -> setup().second().writeDesired(desired(2), 1, setup().mailbox(), done));
    await(() -> listening.newest().desired().equals(Optional.of(desired(2))));
    assertThat(listening.newest().desiredVersion()).isEqualTo(2);
    assertThat(listening.connections).isEmpty();
  }

  @Test
  void tellsAnEmptyStateAsWell() {
    Listening listening = listen(setup().first());
    await(() -> !listening.states.isEmpty());
    assertThat(listening.newest())
        .isEqualTo(new State(Optional.empty(), 0, Overrides.NONE, 0, List.of(), List.of()));
  }

  @Test
  void refusesAVersionedWriteOnceSomebodyElseWasFirst() {
    Coordinator first = setup().first();
    assertThat(write(done -> first.writeDesired(desired(1), 0, setup().mailbox(), done)))
        .isEqualTo(new WriteResult.Written(1));
    assertThat(write(done -> setup().second().writeDesired(desired(7), 0, setup().mailbox(), done)))
        .isInstanceOf(WriteResult.Conflict.class);
    assertThat(write(done -> first.writeDesired(desired(2), 1, setup().mailbox(), done)))
        .isEqualTo(new WriteResult.Written(2));
    assertThat(write(done -> setup().second().writeDesired(desired(8), 1, setup().mailbox(), done)))
        .isInstanceOf(WriteResult.Conflict.class);
    assertThat(write(done -> first.writeDesired(desired(9), 5, setup().mailbox(), done)))
        .isInstanceOf(WriteResult.Conflict.class);
    Listening listening = listen(first);
    await(() ->
        !listening.states.isEmpty()
            && listening.newest().desired().equals(Optional.of(desired(2))));
  }

  @Test
  void keepsOverridesUnderAVersionOfTheirOwn() {
    Coordinator first = setup().first();
    write(done -> first.writeDesired(desired(1), 0, setup().mailbox(), done));
    assertThat(write(done -> first.writeOverrides(Overrides.NONE, 3, setup().mailbox(), done)))
        .isInstanceOf(WriteResult.Conflict.class);
    assertThat(write(done -> first.writeOverrides(Overrides.NONE, 0, setup().mailbox(), done)))
        .isEqualTo(new WriteResult.Written(1));
    Listening listening = listen(setup().second());
    await(() -> !listening.states.isEmpty() && listening.newest().overridesVersion() == 1);
    assertThat(listening.newest().desiredVersion()).isEqualTo(1);
  }

  @Test
  void keepsOneObservationANodeSortedByNode() {
    Listening listening = listen(setup().first());
    write(done -> setup().first().writeObserved(observed(SOUTH, 1), setup().mailbox(), done));
    write(done -> setup().second().writeObserved(observed(NORTH, 1), setup().mailbox(), done));
    assertThat(
            write(
                done -> setup().first().writeObserved(observed(SOUTH, 2), setup().mailbox(), done)))
        .isInstanceOf(WriteResult.Written.class);
    List<Observed> expected = List.of(observed(NORTH, 1), observed(SOUTH, 2));
    await(() -> !listening.states.isEmpty() && listening.newest().observed().equals(expected));
  }

  @Test
  void storesWritesOfOneCallerInTheirOrder() {
    Listening listening = listen(setup().second());
    List<WriteResult> results = new CopyOnWriteArrayList<>();
    Mailbox mailbox = setup().mailbox();
    for (int version = 1; version <= 50; version++) {
      setup().first().writeObserved(observed(NORTH, version), mailbox, results::add);
    }
    await(() -> results.size() == 50);
    await(() -> listening.newest().observed().equals(List.of(observed(NORTH, 50))));
    List<Long> seen =
        listening.states.stream()
            .flatMap(state -> state.observed().stream())
            .map(Observed::assignmentsVersion)
            .toList();
    assertThat(seen).as("may be merged, never goes back").isSorted();
  }

  @Test
  void letsOneLeadAtATimeAndTermsGrow() {
    Standing north = stand(setup().first(), NORTH);
    await(() -> north.terms.size() == 1);
    Standing south = stand(setup().second(), SOUTH);
    await(() -> south.leader().equals(Optional.of(NORTH)));
    assertThat(south.terms).isEmpty();
    north.subscription.close();
    await(() -> south.terms.size() == 1);
    await(() -> south.leader().equals(Optional.of(SOUTH)));
    assertThat(south.terms.getFirst().token()).isGreaterThan(north.terms.getFirst().token());
    Standing northAgain = stand(setup().first(), NORTH);
    south.subscription.close();
    await(() -> northAgain.terms.size() == 1);
    assertThat(northAgain.terms.getFirst().token()).isGreaterThan(south.terms.getFirst().token());
  }

  @Test
  void storesAssignmentsOfTheLeaderOnly() {
    Listening listening = listen(setup().first());
    Standing north = stand(setup().first(), NORTH);
    await(() -> north.terms.size() == 1);
    Term old = north.terms.getFirst();
    assertThat(assign(setup().first(), SOUTH, 1, old)).isInstanceOf(WriteResult.Written.class);
    assertThat(assign(setup().first(), NORTH, 1, old)).isInstanceOf(WriteResult.Written.class);
    List<Assignments> expected = List.of(assignments(NORTH, 1), assignments(SOUTH, 1));
    await(() -> !listening.states.isEmpty() && listening.newest().assignments().equals(expected));

    Standing south = stand(setup().second(), SOUTH);
    north.subscription.close();
    await(() -> south.terms.size() == 1);
    assertThat(assign(setup().first(), NORTH, 2, old)).isInstanceOf(WriteResult.Deposed.class);
    assertThat(assign(setup().first(), new NodeName("new"), 2, old))
        .isInstanceOf(WriteResult.Deposed.class);
    Term fresh = south.terms.getFirst();
    assertThat(assign(setup().second(), NORTH, 3, fresh)).isInstanceOf(WriteResult.Written.class);
    List<Assignments> after = List.of(assignments(NORTH, 3), assignments(SOUTH, 1));
    await(() -> listening.newest().assignments().equals(after));
    assertThat(listening.states)
        .as("a refused write was never seen")
        .noneMatch(state ->
            state.assignments().stream().anyMatch(assignments -> assignments.version() == 2));
  }

  @Test
  void refusesATermThatNobodyEverWon() {
    assertThat(assign(setup().first(), NORTH, 1, new Term(Long.MAX_VALUE)))
        .isInstanceOf(WriteResult.Deposed.class);
  }

  @Test
  void tellsNothingMoreOnceASubscriptionIsClosed() {
    Listening closed = listen(setup().first());
    await(() -> !closed.states.isEmpty());
    closed.subscription.close();
    int before = closed.states.size();
    Listening open = listen(setup().first());
    write(done -> setup().first().writeDesired(desired(1), 0, setup().mailbox(), done));
    await(() -> !open.states.isEmpty() && open.newest().desiredVersion() == 1);
    assertThat(closed.states).hasSize(before);
  }

  @Test
  void tellsOfALostConnectionDeposesAndComesBack() {
    write(done -> setup().first().writeDesired(desired(1), 0, setup().mailbox(), done));
    Listening listening = listen(setup().first());
    Standing north = stand(setup().first(), NORTH);
    await(() -> !listening.states.isEmpty() && listening.newest().desiredVersion() == 1);
    await(() -> north.terms.size() == 1);
    setup().cut();
    await(() -> listening.connections.equals(List.of(false)));
    await(() -> north.deposed.get() == 1);
    assertThat(
            write(
                done -> setup().first().writeObserved(observed(NORTH, 1), setup().mailbox(), done)))
        .isInstanceOf(WriteResult.Failed.class);
    Listening late = listen(setup().first());
    await(() -> late.connections.equals(List.of(false)) && !late.states.isEmpty());
    assertThat(late.newest().desired()).as("the last state holds").contains(desired(1));
    setup().mend();
    await(() -> listening.connections.equals(List.of(false, true)));
    await(() -> north.terms.size() == 2);
    assertThat(north.terms.getLast().token())
        .isGreaterThanOrEqualTo(north.terms.getFirst().token());
    assertThat(write(done -> setup().first().writeDesired(desired(2), 1, setup().mailbox(), done)))
        .isEqualTo(new WriteResult.Written(2));
    await(() -> listening.newest().desired().equals(Optional.of(desired(2))));
    assertThat(assign(setup().first(), NORTH, 1, north.terms.getLast()))
        .isInstanceOf(WriteResult.Written.class);
  }

  @Test
  void answersAWriteThatTheCutOverhauls() {
    Listening listening = listen(setup().first());
    await(() -> !listening.states.isEmpty());
    List<WriteResult> results = new CopyOnWriteArrayList<>();
    Mailbox mailbox = setup().mailbox();
    for (int version = 1; version <= 20; version++) {
      setup().first().writeObserved(observed(NORTH, version), mailbox, results::add);
    }
    setup().cut();
    await(() -> results.size() == 20);
    setup().mend();
    await(() -> listening.connections.isEmpty() || listening.connections.getLast());
  }

  /** What was applied, told apart by its generation. */
  protected static Desired desired(long generation) {
    return new Desired(generation, Deployment.empty(Path.of("/base")), List.of());
  }

  /** What one node knows, told apart by a version. */
  protected static Observed observed(NodeName node, long version) {
    return new Observed(node, version, List.of());
  }

  /** What one node is to run, told apart by its version. */
  protected static Assignments assignments(NodeName node, long version) {
    return new Assignments(node, version, List.of(), List.of());
  }

  private Setup setup() {
    return Objects.requireNonNull(opened);
  }

  private WriteResult assign(Coordinator coordinator, NodeName node, long version, Term term) {
    return write(done ->
        coordinator.writeAssignments(assignments(node, version), term, setup().mailbox(), done));
  }

  private WriteResult write(Consumer<Consumer<WriteResult>> call) {
    List<WriteResult> results = new CopyOnWriteArrayList<>();
    call.accept(results::add);
    await(() -> !results.isEmpty());
    assertThat(results).hasSize(1);
    return results.getFirst();
  }

  private void await(BooleanSupplier condition) {
    assertThat(setup().runUntil(condition, LIMIT)).as("within %s", LIMIT).isTrue();
  }

  private Listening listen(Coordinator coordinator) {
    return new Listening(coordinator, setup().mailbox());
  }

  private Standing stand(Coordinator coordinator, NodeName name) {
    return new Standing(coordinator, name, setup().mailbox());
  }

  private static final class Listening implements Coordinator.Listener {
    private final List<State> states = new CopyOnWriteArrayList<>();
    private final List<Boolean> connections = new CopyOnWriteArrayList<>();
    private final Subscription subscription;

    Listening(Coordinator coordinator, Mailbox mailbox) {
      subscription = coordinator.subscribe(mailbox, this);
    }

    @Override
    public void changed(State state) {
      states.add(state);
    }

    @Override
    public void connection(boolean connected, String reason) {
      assertThat(reason).isNotBlank();
      connections.add(connected);
    }

    State newest() {
      return states.getLast();
    }
  }

  private static final class Standing implements Coordinator.LeadershipListener {
    private final List<Term> terms = new CopyOnWriteArrayList<>();
    private final List<Optional<NodeName>> leaders = new CopyOnWriteArrayList<>();
    private final AtomicInteger deposed = new AtomicInteger();
    private final Subscription subscription;

    Standing(Coordinator coordinator, NodeName name, Mailbox mailbox) {
      subscription = coordinator.campaign(name, mailbox, this);
    }

    @Override
    public void elected(Term term) {
      terms.add(term);
    }

    @Override
    public void deposed(String reason) {
      deposed.incrementAndGet();
    }

    @Override
    public void leader(Optional<NodeName> leader) {
      leaders.add(leader);
    }

    Optional<NodeName> leader() {
      return leaders.isEmpty() ? Optional.empty() : leaders.getLast();
    }
  }
}
