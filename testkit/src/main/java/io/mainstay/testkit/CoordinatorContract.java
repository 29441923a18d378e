package io.mainstay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Coordinator.State;
import io.mainstay.ports.Coordinator.Subscription;
import io.mainstay.ports.Coordinator.Term;
import io.mainstay.ports.Coordinator.WriteResult;
import io.mainstay.ports.Mailbox;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What every coordinator must do. A room that has one extends this class. */
public abstract class CoordinatorContract extends CoordinatorFixture {
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
        .isEqualTo(
            new State(Optional.empty(), 0, Overrides.NONE, 0, List.of(), List.of(), List.of()));
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
  void tellsWhoLeadsToOneThatDoesNotStandAndNeverElectsIt() {
    Standing witness = lookOn(setup().second());
    Standing north = stand(setup().first(), NORTH);
    await(() -> witness.leader().equals(Optional.of(NORTH)));
    north.subscription.close();
    await(() -> !witness.leaders.isEmpty() && witness.leader().isEmpty());
    Standing northAgain = stand(setup().first(), NORTH);
    await(() -> northAgain.terms.size() == 1);
    await(() -> witness.leader().equals(Optional.of(NORTH)));
    assertThat(witness.terms).isEmpty();
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
  void knowsANodeAsLongAsNobodyForgetsItAndAsPresentAsLongAsItsSession() {
    Listening listening = listen(setup().second());
    Subscription south = setup().first().register(record(SOUTH, "a"));
    setup().second().register(record(NORTH, "a"));
    await(() -> listening.sees(here(NORTH, "a"), here(SOUTH, "a")));
    south.close();
    await(() -> listening.sees(here(NORTH, "a"), away(SOUTH, "a")));
    setup().first().register(record(SOUTH, "b"));
    await(() -> listening.sees(here(NORTH, "a"), here(SOUTH, "b")));
  }

  @Test
  void givesTheSessionOfANodeToTheNewestWhoRegistersIt() {
    Listening listening = listen(setup().second());
    Subscription before = setup().first().register(record(NORTH, "a"));
    await(() -> listening.sees(here(NORTH, "a")));
    Subscription after = setup().second().register(record(NORTH, "b"));
    await(() -> listening.sees(here(NORTH, "b")));
    before.close();
    write(done -> setup().first().writeDesired(desired(1), 0, setup().mailbox(), done));
    await(() -> listening.newest().desiredVersion() == 1);
    assertThat(listening.newest().nodes())
        .as("not ended by the end of its forerunner")
        .containsExactly(here(NORTH, "b"));
    after.close();
    await(() -> listening.sees(away(NORTH, "b")));
  }

  @Test
  void forgetsANodeThatIsAwayIfTheLeaderSaysSo() {
    Listening listening = listen(setup().second());
    Subscription south = setup().first().register(record(SOUTH, "a"));
    Standing north = stand(setup().first(), NORTH);
    await(() -> north.terms.size() == 1);
    Term term = north.terms.getFirst();
    assign(setup().first(), SOUTH, 1, term);
    write(done -> setup().first().writeObserved(observed(SOUTH, 1), setup().mailbox(), done));
    await(() -> listening.sees(here(SOUTH, "a")));
    assertThat(forget(SOUTH, term)).as("present").isInstanceOf(WriteResult.Conflict.class);
    south.close();
    await(() -> listening.sees(away(SOUTH, "a")));
    assertThat(forget(SOUTH, new Term(Long.MAX_VALUE))).isInstanceOf(WriteResult.Deposed.class);
    assertThat(forget(SOUTH, term)).isInstanceOf(WriteResult.Written.class);
    await(() -> listening.sees());
    assertThat(listening.newest().assignments()).isEmpty();
    assertThat(listening.newest().observed()).isEmpty();
    assertThat(forget(SOUTH, term)).as("again").isInstanceOf(WriteResult.Written.class);
  }

  @Test
  void keepsOrRemakesTheSessionOfANodeAfterACut() {
    Listening listening = listen(setup().first());
    setup().first().register(record(NORTH, "a"));
    await(() -> listening.sees(here(NORTH, "a")));
    setup().cut();
    await(() -> listening.connections.equals(List.of(false)));
    setup().second().register(record(SOUTH, "a"));
    setup().mend();
    await(() -> listening.sees(here(NORTH, "a"), here(SOUTH, "a")));
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
}
